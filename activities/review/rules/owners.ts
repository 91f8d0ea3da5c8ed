import { changeOwners } from '../../../repository/owners.ts';
import type { ReviewComment } from '../../../schemas/review.ts';
import type { ReviewRules } from '../../../schemas/reviewRules.ts';
import type { Change } from '../change.ts';
import { someOf, weighed } from '../comments.ts';

/** Most paths that are looked up; each is compared with every line of CODEOWNERS. */
const mostPaths = 3000;

/** Who must be asked by CODEOWNERS as it stands in the base: a change cannot choose its own owners. */
export async function owners(
  { files, before, notice }: Change,
  { owners: weight }: ReviewRules,
): Promise<{ owners: string[]; comments: ReviewComment[] }> {
  const paths = files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from]));
  const found = await changeOwners(before, paths.slice(0, mostPaths));
  if (found === undefined || weight === 'off') return { owners: found?.owners ?? [], comments: [] };
  for (const text of found.notices.slice(0, 5)) notice(text);
  if (paths.length > mostPaths) notice(`${found.file} was asked about the first ${mostPaths} paths only`);
  const message = `Owners of what changed, by ${found.file}: ${someOf(found.owners, 20)}.`;
  return { owners: found.owners, comments: weighed(weight, found.owners.length === 0 ? [] : [{ rule: 'owners', message }]) };
}
