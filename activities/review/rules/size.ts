import type { Rule } from '../change.ts';
import { weighed } from '../comments.ts';
import { isGenerated } from '../../lib/languages.ts';

/** A change that is too large to be read well. What programs wrote, and what was only deleted or moved, does not count. */
export const size: Rule = ({ files }, { size: { weight, lines, files: most } }) => {
  const read = files.filter(({ path, status, added, removed }) => !isGenerated(path) && status !== 'deleted' && added + removed > 0);
  const changed = read.reduce((sum, { added, removed }) => sum + added + removed, 0);
  if (changed <= lines && read.length <= most) return [];
  const message = `The change is large: ${changed} lines in ${read.length} files (more than ${lines} lines or ${most} files). Smaller ones are reviewed better; can it be split?`;
  return weighed(weight, [{ rule: 'size', message }]);
};
