import type { FileTree } from '../../repository/tree.ts';
import type { ReviewComment } from '../../schemas/review.ts';
import type { ReviewRules } from '../../schemas/reviewRules.ts';

/** A line that the change brings, numbered from 1 in the new file; very long ones are cut. */
export type AddedLine = { line: number; text: string };

export type ChangedFile = {
  path: string;
  status: 'added' | 'deleted' | 'modified' | 'renamed';
  /** Former path of a renamed file. */
  from?: string;
  binary: boolean;
  /** Counts of lines; exact even where `lines` is not whole. */
  added: number;
  removed: number;
  lines: readonly AddedLine[];
};

/** What a pull request brings: from the place where it left its base to its head. */
export type Change = {
  base: string;
  commit: string;
  /** In the order of their paths; without those that the rules ignore. */
  files: readonly ChangedFile[];
  /** Lines that the change takes away somewhere, without their spaces; the first 50,000 of them. */
  removedLines: ReadonlySet<string>;
  before: FileTree;
  after: FileTree;
  /** First lines of the commits, oldest first, without merges. */
  subjects: readonly { commit: string; subject: string }[];
  /** Says what was not looked at, and why. */
  notice(text: string): void;
  signal: AbortSignal;
};

/** One thing that the reviewer looks at. It reads the change and runs nothing of it. */
export type Rule = (change: Change, rules: ReviewRules) => ReviewComment[] | Promise<ReviewComment[]>;
