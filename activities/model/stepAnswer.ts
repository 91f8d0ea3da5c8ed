import { z } from 'zod';
import { Action } from '../../schemas/solveTask.ts';
import { plainLine } from '../../schemas/plainText.ts';

// One flat object with nulls: the one form that all providers' structured outputs take. What is wrong is found afterwards.
const Answer = z.object({
  thought: z.string().describe('why this step, in one or two sentences'),
  action: z.enum(['read', 'search', 'edit', 'remove', 'run', 'done']),
  path: z.string().nullable().describe('of read, edit and remove'),
  from: z.number().nullable().describe('of read: first line'),
  to: z.number().nullable().describe('of read: last line'),
  pattern: z.string().nullable().describe('of search: a regular expression (RE2)'),
  glob: z.string().nullable().describe('of search: which files'),
  find: z.string().nullable().describe('of edit: text that stands in the file exactly once; null for the whole file'),
  text: z.string().nullable().describe('of edit: what comes in its place'),
  command: z.string().nullable().describe('of run: a shell line'),
  summary: z.string().nullable().describe('of done'),
});
type Answer = z.infer<typeof Answer>;

/** A step as the model gave it. */
export type Step = { thought: string; action: Action };

/** A model's answer as one action; a field that the action needs and has not is a fault. */
export const StepAnswer: z.ZodType<Step> = Answer.transform((answer, context): Step => {
  const action = Action.safeParse(actionOf(answer));
  if (action.success) return { thought: answer.thought, action: action.data };
  for (const { path, message } of action.error.issues) {
    const named = `${answer.action} needs a right ${path.join('.') || 'action'}: ${message}`;
    context.addIssue({ code: 'custom', path: [...path], message: named });
  }
  return z.NEVER;
});

function actionOf({ action, path, from, to, pattern, glob, find, text, command, summary }: Answer): Record<string, unknown> {
  switch (action) {
    case 'read':
      return { kind: 'read', path: path ?? '', ...(from !== null && { from }), ...(to !== null && { to }) };
    case 'search':
      return { kind: 'search', pattern, ...(glob !== null && glob !== '' && { glob }) };
    case 'edit':
      // A forgotten text would take the file away.
      return { kind: 'edit', path, ...(find !== null && find !== '' && { find }), text: text ?? undefined };
    case 'remove':
      return { kind: 'edit', path, text: null };
    case 'run':
      return { kind: 'run', command };
    case 'done':
      return { kind: 'done', summary };
  }
}

/** One clean line for people: `edit src/retry.ts`. */
export function headlineOf(action: Action): string {
  return plainLine(wordsOf(action), 120);
}

function wordsOf(action: Action): string {
  switch (action.kind) {
    case 'read':
      return `read ${action.path || '.'}${action.from === undefined ? '' : ` from line ${action.from}`}`;
    case 'search':
      return `search ${action.pattern}${action.glob === undefined ? '' : ` in ${action.glob}`}`;
    case 'edit':
      return `${action.text === null ? 'remove' : 'edit'} ${action.path}`;
    case 'run':
      return `run ${action.command}`;
    case 'done':
      return 'done';
  }
}
