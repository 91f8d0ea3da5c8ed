import type { Contract } from '../../../schemas/contract.ts';
import type { FileText } from '../../../schemas/mind.ts';
import type { TodoList } from '../../../schemas/todoList.ts';

/** What a template makes of a person's words. */
export type Reading =
  /** Another kind of work. */
  | { kind: 'other' }
  /** The right kind, but these parts are not understood; each says what would be. */
  | { kind: 'refused'; problems: string[] }
  /** Plain JSON from which everything else is generated. */
  | { kind: 'understood'; subject: Record<string, unknown> };

/**
 * A kind of work whose steps are known: data plus generators. All are pure: the same subject gives the same text. `subject` is checked by the
 * template's own schema at every call, since it comes back from a run's history; what does not fit fails with `InvalidInput`.
 */
export type Template = {
  id: string;
  /** Raised when what it generates changes. */
  version: number;
  title: string;
  /** A request that it understands, for help texts. */
  example: string;
  read(request: string): Reading;
  plan(subject: Record<string, unknown>): Pick<TodoList, 'summary' | 'tasks'>;
  contract(subject: Record<string, unknown>, taskId: string): Omit<Contract, 'version'>;
  /** Acceptance tests: open ones stand beside the code, hidden ones the coder never sees. */
  tests(subject: Record<string, unknown>, taskId: string): { open: FileText[]; hidden: FileText[]; commands: string[] };
  code(subject: Record<string, unknown>, taskId: string): FileText[];
  /** Run in the sandbox on the finished work; what it leaves in `files` goes into the report. */
  exhibit?: { command: string; files: string[] };
};
