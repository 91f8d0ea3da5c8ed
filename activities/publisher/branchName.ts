import { openGit } from '../../repository/git.ts';
import { failure } from '../../schemas/failures.ts';
import { generatedBranch } from '../../schemas/names.ts';
import type { Site } from '../../schemas/solveTask.ts';

const folder = 'ai/generated/';

/** Where a branch of a run and its note stand in the repository. */
export type PublishedRefs = { branch: string; note: string };

/**
 * The only refs that Mainstay writes for a site: below `ai/generated/<run>/`, with a name that git takes. Everything else is `ChangeRefused`,
 * whoever asks for it.
 */
export async function publishedRefs({ run }: Pick<Site, 'run'>, branch: string, signal?: AbortSignal): Promise<PublishedRefs> {
  const prefix = generatedBranch(run, '');
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const isPlain = branch.length <= 400 && !/[\u0000-\u0020\u007f]/.test(branch);
  if (!isPlain || !prefix.startsWith(folder) || !branch.startsWith(prefix) || branch === prefix) throw refused(branch, `below ${prefix}`);
  const refs = { branch: `refs/heads/${branch}`, note: `refs/notes/mainstay/${branch.slice(folder.length)}` };
  const checked = await openGit({ signal }).attempt(['check-ref-format', refs.branch]);
  if (checked.exitCode !== 0) throw refused(branch, 'with a name that git takes for a branch');
  return refs;
}

function refused(branch: string, wanted: string) {
  return failure('ChangeRefused', `the branch ${JSON.stringify(branch.slice(0, 400))} is not written: only branches ${wanted} are`);
}
