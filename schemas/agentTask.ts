import { z } from 'zod';
import { PlanFeatureRequest } from './buildFeature.ts';
import { Contract } from './contract.ts';
import { CommitSha, Duration, IsolationChoice } from './nouns.ts';
import { DevelopRole, Todo } from './todoList.ts';

/** Input of `runAgentTask`: one agent alone, as `POST /agent/{role}/task` starts it. */
export const AgentTaskRequest = PlanFeatureRequest.extend({
  role: DevelopRole,
  /** What is to be done; without it the request alone says so. */
  todo: Todo.optional(),
  /** For coder, tester and debugger; without it the architect is asked first. */
  contract: Contract.optional(),
  /** The tester and the debugger look at this commit, compared with `ref`. */
  candidate: CommitSha.optional(),
  isolation: IsolationChoice.default('auto'),
  testTimeout: Duration.default('5 minutes'),
  commandTimeout: Duration.default('5 minutes'),
  steps: z.number().int().positive().max(10_000).default(50),
});
export type AgentTaskRequest = z.infer<typeof AgentTaskRequest>;
