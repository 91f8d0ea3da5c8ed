import { z } from 'zod';
import { ApprovalOutcome, ApprovalRequest, Refusal } from '../../../schemas/approvals.ts';
import { failureCatalogue } from '../../../schemas/failures.ts';
import { LockView } from '../../../schemas/locks.ts';
import { TodoList } from '../../../schemas/todoList.ts';
import { Problem } from '../problems.ts';
import { RunSummaryAnswer, RunViewAnswer } from '../api/answers.ts';
import { BuildStateAnswer } from '../develop/answers.ts';

/** Shapes that the API's document names once and refers to. A registry of its own: zod's global one would change the exported JSON Schemas. */
export function namedShapes(): z.core.$ZodRegistry<{ id: string }> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(shapes)) registry.add(schema, { id });
  return registry;
}

const shapes = {
  ApprovalOutcome,
  ApprovalRequest,
  BuildState: BuildStateAnswer,
  LockView,
  Problem,
  Refusal,
  RunSummary: RunSummaryAnswer,
  RunView: RunViewAnswer,
  TodoList,
} satisfies Record<string, z.ZodType>;

/** Every `type` of a problem with its status, for people. */
export function problemTypes(): string {
  const known = Object.entries(failureCatalogue).map(([type, { http }]) => `${type} ${http}`);
  return [...known, 'NotFound 404', 'TooManyRequests 429', 'Unexpected 500'].join(', ');
}
