/** Folder of the workspace for reports that Mainstay asks for. */
export const reportsFolder = '.mainstay-out';

/** Where the job of this number writes its coverage; a file, or a folder with an `lcov.info`. */
export function coverageFile(index: number): string {
  return `${reportsFolder}/coverage-${index}`;
}
