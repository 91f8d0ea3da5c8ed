import type { Rule } from '../change.ts';
import { weighed } from '../comments.ts';
import { matchers } from '../readChange.ts';

/** Files whose change deserves a second look, as the project names them. A file that moved is looked up under both names. */
export const risky: Rule = ({ files, notice }, { risky: { weight, paths } }) => {
  const wanted = matchers(paths.filter((glob) => !glob.startsWith('!')), 'review.risky.paths', notice); // prettier-ignore
  const excepted = matchers(paths.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1)), 'review.risky.paths', notice); // prettier-ignore
  return files.flatMap((file) => {
    const names = [file.path, ...(file.from === undefined ? [] : [file.from])];
    const found = wanted.find(({ matches }) => names.some(matches));
    if (found === undefined || names.every((name) => excepted.some(({ matches }) => matches(name)))) return [];
    const message = `A risky file was ${file.status === 'renamed' ? 'moved' : file.status} (${found.glob}): look twice.`;
    return weighed(weight, [{ rule: 'risky', path: file.path, message }]);
  });
};
