import { z } from 'zod';
import type { GitHubRepository } from '../../schemas/github.ts';
import type { GitHub } from '../lib/github/client.ts';
import { asking } from '../lib/github/translate.ts';

const Repository = z.object({
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string(),
  archived: z.boolean().default(false),
  disabled: z.boolean().default(false),
});
const Installations = z.array(z.object({ id: z.number(), suspended_at: z.string().nullish() }));

export type ReachableRepository = GitHubRepository & { defaultBranch: string };

/** Living repositories of the App's installations, or all that the token lists. */
export async function reachableRepositories(github: GitHub): Promise<ReachableRepository[]> {
  const found = github.app === undefined ? await ofToken(github) : await ofInstallations(github);
  return z
    .array(Repository)
    .parse(found)
    .filter(({ archived, disabled }) => !archived && !disabled)
    .map(({ owner, name, default_branch }) => ({ owner: owner.login, repo: name, defaultBranch: default_branch }));
}

async function ofToken(github: GitHub): Promise<unknown[]> {
  // A token is the same for every repository.
  const octokit = await github.octokit({ owner: 'any', repo: 'any' });
  return await asking(() => octokit.paginate(octokit.rest.repos.listForAuthenticatedUser, { per_page: 100 }));
}

async function ofInstallations(github: GitHub): Promise<unknown[]> {
  const app = github.app?.();
  if (app === undefined || github.installation === undefined) return [];
  const listed = await asking(async () => Installations.parse(await app.paginate(app.rest.apps.listInstallations, { per_page: 100 })));
  const found: unknown[] = [];
  for (const { id } of listed.filter(({ suspended_at }) => suspended_at == null)) {
    const octokit = await github.installation(id);
    found.push(...(await asking(() => octokit.paginate(octokit.rest.apps.listReposAccessibleToInstallation, { per_page: 100 }))));
  }
  return found;
}
