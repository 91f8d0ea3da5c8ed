import { createGitHub } from '../../../activities/lib/github/client.ts';
import { asking, refusedStatus } from '../../../activities/lib/github/translate.ts';
import type { GitHubSettings } from '../../../config/services.ts';
import { absent, answering } from './answering.ts';
import type { Part } from './part.ts';
import { secretPart } from './secretPart.ts';

const service = {
  name: 'GitHub',
  costs: 'no pull requests, checks and comments; of repositories there only public ones',
  fix: 'set MAINSTAY_GITHUB_APP_ID and MAINSTAY_GITHUB_PRIVATE_KEY, or MAINSTAY_GITHUB_TOKEN (docs/github.md)',
};

/** GitHub's API with the App or token of the settings, and the secret of its webhooks. */
export async function lookAtGitHub(settings: GitHubSettings | undefined, webhookSecrets: readonly string[]): Promise<Part[]> {
  const webhooks = secretPart(webhookSecrets, {
    name: 'GitHub webhook secret',
    costs: 'no delivery of GitHub is taken: nothing starts by itself',
    fix: 'set MAINSTAY_GITHUB_WEBHOOK_SECRET to the secret of the webhook',
  });
  if (settings === undefined) return [absent(service), webhooks];
  const { auth, api } = settings;
  const secrets = auth.kind === 'app' ? [auth.privateKey] : [auth.token];
  return [await answering(service, { ask: async (signal) => `${await whoAsks(settings, signal)} at ${api}`, secrets }), webhooks];
}

async function whoAsks(settings: GitHubSettings, signal: AbortSignal): Promise<string> {
  const github = createGitHub(settings);
  const request = { signal };
  const app = github.app?.();
  if (app) return `App ${(await asking(() => app.rest.apps.getAuthenticated({ request }))).data?.slug ?? ''}`.trim();
  // With a token there is one client for all repositories.
  const octokit = await github.octokit({ owner: 'any', repo: 'any' });
  try {
    return `token of ${(await asking(() => octokit.rest.users.getAuthenticated({ request }))).data.login}`;
  } catch (error) {
    // A token that GitHub Actions hands out is an App's and may not ask.
    if (refusedStatus(error) === 403) return 'token';
    throw error;
  }
}
