import { quoted } from '../install/environment.ts';

/**
 * A shell line whose output goes to a file of the box as well; its exit code stays its own. `loud`: what it prints is seen in the log too.
 * `all`: standard error as well.
 */
export function printedTo(line: string, file: string, how: 'loud' | 'quiet', streams: 'output' | 'all' = 'output'): string {
  const both = streams === 'all' ? ' 2>&1' : '';
  if (how === 'quiet') return `${line} > ${quoted(file)}${both}`;
  // A pipe would answer with the exit code of tee.
  const code = quoted(`${file}.exit`);
  return `{ ${line}; echo $? > ${code}; }${both} | tee ${quoted(file)}; exit "$(cat ${code})"`;
}

/** Folder of the workspace for reports that Mainstay asks for. */
export const reportsFolder = '.mainstay-out';
