import { reportsFolder } from '../lib/printed.ts';

/** Where the job of this number writes its coverage; a file, or a folder with an `lcov.info`. */
export function coverageFile(index: number): string {
  return `${reportsFolder}/coverage-${index}`;
}
