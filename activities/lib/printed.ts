import { posix } from 'node:path';

/** Folder of the workspace for reports that Mainstay asks for. */
export const reportsFolder = '.mainstay-out';

/** A report of this name as commands see it that run in the folder. */
export function seenFrom(directory: string, report: string): string {
  return posix.relative(directory, report);
}

/** A shell line whose output goes to a file as well, however long it is; its exit code stays its own. `loud`: the log shows it too. */
export function printedTo(line: string, file: string, how: 'loud' | 'quiet'): string {
  if (how === 'quiet') return `${line} > ${file}`;
  // A pipe would answer with the exit code of tee.
  return `{ ${line}; echo $? > ${file}.exit; } | tee ${file}; exit "$(cat ${file}.exit)"`;
}
