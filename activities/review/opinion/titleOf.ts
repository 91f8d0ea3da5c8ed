import { failureMessage, failureType } from '../../../schemas/failures.ts';
import { GitHubRepository } from '../../../schemas/github.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { GitHubAgent, ReviewOrder } from '../../contracts.ts';
import type { Change } from '../change.ts';

/** The pull request's title on GitHub; undefined, with a notice, when GitHub does not tell, as a review does not need it. */
export async function titleOf(
  github: Pick<GitHubAgent, 'readPullRequest'>,
  { repo_url, pr_number }: ReviewOrder,
  { notice }: Change,
): Promise<string | undefined> {
  const [owner, repo] = repo_url.replace(/(?:\.git)?\/*$/, '').split('/').slice(-2); // prettier-ignore
  const place = GitHubRepository.safeParse({ owner, repo });
  if (!place.success) return undefined;
  try {
    return (await github.readPullRequest({ ...place.data, number: pr_number })).title;
  } catch (error) {
    if (failureType(error) === undefined) throw error;
    notice(`the model was not told the title: ${plainLine(failureMessage(error))}`);
    return undefined;
  }
}
