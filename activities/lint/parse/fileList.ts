import type { Finding, Place } from '../finding.ts';
import { repositoryPath } from '../paths.ts';

/** A formatter's list of files that it would change, a path per line; files that others maintain are left out. */
export function parseFileList(text: string, tool: string, place: Place): Finding[] {
  return text
    .split(/\r?\n/)
    .filter((line) => /^\S.*\.(?:go|rs)$/.test(line) && !/(?:^|\/)(?:vendor|testdata|target)\//.test(line))
    .map((line) => ({
      tool,
      rule: 'format',
      level: 'warning',
      message: `is not formatted with ${tool}`,
      path: repositoryPath(line, place),
    }));
}
