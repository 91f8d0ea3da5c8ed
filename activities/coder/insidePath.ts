import { pathFault } from '../../repository/paths.ts';
import { shownPath } from './wording.ts';

/** Where the boxes' commands see the working tree; a model that saw such a path in a command's output means the path below it. */
const boxRoot = /^\/workspace(?:\/|$)/;

/** A path of the repository in its plain form ('' is the root), or why it is none, as a sentence for the model. */
export function insidePath(given: string): { path: string; fault?: undefined } | { fault: string } {
  const path = given
    .trim()
    .replace(boxRoot, '')
    .replace(/^(?:\.\/+)+/, '')
    .replace(/\/+$/, '');
  if (path === '' || path === '.')
    return given.startsWith('/') && !boxRoot.test(given) ? outside(given, 'is an absolute path') : { path: '' };
  const fault = pathFault(path);
  return fault === undefined ? { path } : outside(given, fault);
}

function outside(path: string, fault: string): { fault: string } {
  return { fault: `${shownPath(path)} ${fault}. Give a path inside the repository, such as src/retry.ts.` };
}
