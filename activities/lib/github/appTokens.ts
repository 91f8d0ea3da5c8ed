import { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import type { GitHubRepository } from '../../../schemas/github.ts';
import type { GitHubSettings } from './client.ts';
import { openOctokit } from './http.ts';
import { asking, refusedStatus, translateGitHub } from './translate.ts';

/** Short-lived tokens of a GitHub App's installations. */
export type AppTokens = {
  /** Speaks as the App itself: its installations, its hook. */
  app(): Octokit;
  /** A token of the installation that has the repository; `narrow` makes it good for that repository alone. */
  tokenFor(place: GitHubRepository, options?: { narrow?: boolean }): Promise<string>;
  tokenOf(installation: number): Promise<string>;
};

type AppSettings = GitHubSettings & { auth: { kind: 'app' } };

/** An App may be taken off a repository and put back under another number, so what was looked up does not hold for ever. */
const lookedUpForMs = 600_000;

export function createAppTokens(settings: AppSettings): AppTokens {
  const { appId, privateKey } = settings.auth;
  const authenticate = createAppAuth({ appId, privateKey, request: openOctokit(settings).request });
  const installations = new Map<string, { id: number; until: number }>();
  const speaksAsApp = openOctokit(settings, { authStrategy: createAppAuth, auth: { appId, privateKey } });

  async function installationOf({ owner, repo }: GitHubRepository): Promise<number> {
    const name = `${owner}/${repo}`.toLowerCase();
    const known = installations.get(name);
    if (known !== undefined && known.until > Date.now()) return known.id;
    await checkKey();
    const id = await lookUp({ owner, repo });
    installations.set(name, { id, until: Date.now() + lookedUpForMs });
    return id;
  }

  async function lookUp({ owner, repo }: GitHubRepository): Promise<number> {
    try {
      const { data } = await speaksAsApp.rest.apps.getRepoInstallation({ owner, repo });
      return z.object({ id: z.number() }).parse(data).id;
    } catch (error) {
      const translated = translateGitHub(error);
      if (refusedStatus(translated) !== 404) throw translated;
      const text = `the GitHub App ${appId} is not installed on ${owner}/${repo}, or there is no such repository: install it there`;
      throw failure('ServiceRefused', text, { status: 404 }, error);
    }
  }

  /** A key that cannot sign fails in ways of its own. */
  async function checkKey(): Promise<void> {
    try {
      await authenticate({ type: 'app' });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const text = `MAINSTAY_GITHUB_PRIVATE_KEY cannot be used (${why}): give the whole PEM text that GitHub made for the App`;
      throw failure('ServiceRefused', text, undefined, error);
    }
  }

  return {
    app: () => speaksAsApp,
    async tokenFor(place, { narrow = false } = {}) {
      const installationId = await installationOf(place);
      const repositories = narrow ? { repositoryNames: [place.repo] } : {};
      try {
        return (await asking(() => authenticate({ type: 'installation', installationId, ...repositories }))).token;
      } catch (error) {
        installations.delete(`${place.owner}/${place.repo}`.toLowerCase());
        throw error;
      }
    },
    async tokenOf(installationId) {
      await checkKey();
      return (await asking(() => authenticate({ type: 'installation', installationId }))).token;
    },
  };
}
