import type { Octokit } from '@octokit/rest';
import type { GitHubRepository } from '../../../schemas/github.ts';
import { isTrusted } from '../../../repository/trusted.ts';
import { createAppTokens } from './appTokens.ts';
import { readCloneUrl } from './cloneUrl.ts';
import { openOctokit } from './http.ts';
import { refusedStatus } from './translate.ts';

/** How Mainstay is known to GitHub: as an App or by one token. `cloneUrl` holds `{owner}` and `{repo}`; `throttle` spaces requests. */
export type GitHubSettings = {
  api: string;
  cloneUrl: string;
  auth: { kind: 'app'; appId: string; privateKey: string } | { kind: 'token'; token: string };
  throttle: boolean;
  /** Globs of `owner/name` whose own branches the operators vouch for. */
  trusted?: readonly string[];
};

/** One way to speak to GitHub, with credentials that fit the repository. Calls go through `asking`, which translates what fails. */
export type GitHub = {
  octokit(place: GitHubRepository): Promise<Octokit>;
  /** Where git reads and pushes a repository. */
  cloneUrl(place: GitHubRepository): string;
  /** The repository behind a clone URL; undefined when it is none of this GitHub. */
  placeOf(repositoryUrl: string): GitHubRepository | undefined;
  /** Value of the `Authorization` header for git over HTTP, good for this repository; undefined for URLs that do not fit the clone template, and where the App is not installed. */
  gitAuthorization(repositoryUrl: string): Promise<string | undefined>;
  /** Whether the operators vouch for the repository's own branches. */
  trusts(place: GitHubRepository): boolean;
  /** Speaks as the App itself; there is none with a token. */
  app?(): Octokit;
  /** Speaks as one installation of the App. */
  installation?(id: number): Promise<Octokit>;
};

export function createGitHub(settings: GitHubSettings): GitHub {
  const urls = readCloneUrl(settings.cloneUrl);
  const trusts = (place: GitHubRepository) => isTrusted(settings.trusted ?? [], place);
  const shared = { cloneUrl: urls.of, placeOf: urls.place, trusts };
  const isHttp = /^https?:/.test(settings.cloneUrl);
  const { auth } = settings;

  if (auth.kind === 'token') {
    const octokit = openOctokit(settings, { auth: auth.token });
    return {
      ...shared,
      octokit: () => Promise.resolve(octokit),
      gitAuthorization: (url) => Promise.resolve(isHttp && urls.place(url) ? basic(auth.token) : undefined),
    };
  }

  const tokens = createAppTokens({ ...settings, auth });
  const opened = new Map<string, Octokit>();
  // An Octokit per token, not one that fetches its own: that one tries a refused request again by itself, for five seconds.
  const withToken = (token: string): Octokit => {
    const octokit = opened.get(token) ?? openOctokit(settings, { auth: token });
    if (opened.size >= mostOpened) opened.clear();
    opened.set(token, octokit);
    return octokit;
  };
  return {
    ...shared,
    octokit: async (place) => withToken(await tokens.tokenFor(place)),
    async gitAuthorization(url) {
      const place = isHttp ? urls.place(url) : undefined;
      if (place === undefined) return undefined;
      try {
        return basic(await tokens.tokenFor(place, { narrow: true }));
      } catch (error) {
        // The App is not installed there: a public repository of somebody else opens without it, and git says when it is none.
        if (refusedStatus(error) === 404) return undefined;
        throw error;
      }
    },
    app: () => tokens.app(),
    installation: async (id) => withToken(await tokens.tokenOf(id)),
  };
}

/** Tokens live for an hour; a worker for weeks. */
const mostOpened = 1_000;

/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation */
function basic(token: string): string {
  return `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}
