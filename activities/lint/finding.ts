/** Something that a linter objects to. */
export type Finding = {
  /** Name of the linter: `eslint`. */
  tool: string;
  /** Name of the rule; the tool's own name where it gives none. */
  rule: string;
  level: 'error' | 'warning' | 'note';
  message: string;
  /** Relative to the repository's root; '' when no file is to blame. */
  path: string;
  /** From 1; absent: the whole file. */
  line?: number;
  column?: number;
};

/** How the parsers see places: the box's root, and the folder in which the linter ran. Absolute paths of the workspace. */
export type Place = { root: string; directory: string };

/** What a linter printed is not what it should have printed; `message` says what is wrong. */
export class UnreadableFindings extends Error {}
