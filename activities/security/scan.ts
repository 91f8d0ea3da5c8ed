import type { Project } from '../../repository/project.ts';
import type { FileTree } from '../../repository/tree.ts';
import type { Box } from '../sandbox/box.ts';
import type { SecurityFinding } from './finding.ts';

/** What a scanner looks at: the commit, or those files of its base that matter for the comparison. */
export type Side = {
  which: 'head' | 'base';
  tree: FileTree;
  /** All files of the commit, and of this side. */
  commit: FileTree;
  whole: FileTree;
  /** A folder of the host with the files, to be read only. */
  folder(): Promise<string>;
  /** A folder of the host for the scanner's own files. */
  scratch: string;
  signal: AbortSignal;
  log(line: string): void;
  notice(text: string): void;
  /** The box with the commit's dependencies; looked into for what was installed. */
  box(): Promise<Box>;
};

/** What a scanner found, or why it could not work. `missing`: its tool is not installed. */
export type Scan = { findings: SecurityFinding[] } | { unavailable: string; missing?: boolean };

/** One way of finding weaknesses. It reads; it never runs code of the repository. */
export type Scanner = {
  name: string;
  /** True when nobody expects it: without its tool it is left out silently, unless the stage names it. */
  optional: boolean;
  applies(project: Project): boolean;
  scan(side: Side): Promise<Scan>;
};
