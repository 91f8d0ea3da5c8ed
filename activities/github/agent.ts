import { failure } from '../../schemas/failures.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import type { GitHubAgent } from '../contracts.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import type { SourceReader } from '../lib/source.ts';
import type { GitHub } from '../lib/github/client.ts';
import { listAllHeads } from './heads.ts';
import { readPull } from './pullRequest.ts';
import { redeliver } from './redeliver.ts';
import { createRevert } from './revert.ts';
import { readRulesAt } from '../lib/projectRules.ts';

/** Reads GitHub and opens reverts there. Without `github` every method fails with `NotConfigured`, but reading rules, which only takes git. */
export function createGitHubAgent({ github, sources }: { github?: GitHub; sources: SourceReader }) {
  const configured = (): GitHub => {
    if (github !== undefined) return github;
    throw failure(
      'NotConfigured',
      'GitHub is not configured: set MAINSTAY_GITHUB_APP_ID and MAINSTAY_GITHUB_PRIVATE_KEY (or MAINSTAY_GITHUB_PRIVATE_KEY_FILE), or MAINSTAY_GITHUB_TOKEN',
    );
  };

  return {
    readPullRequest: (pull) => whileHeartbeating(() => readPull(configured(), pull)),
    readRules: (at) => whileHeartbeating((signal) => readRulesAt(sources, at, signal)),
    openRevert: (order) =>
      whileHeartbeating(async (signal) => {
        const commits = { commit: CommitSha.parse(order.commit), before: CommitSha.optional().parse(order.before) };
        const { number, url } = await createRevert({ github: configured(), sources, signal }).perform({ ...order, ...commits });
        return { number, url };
      }),
    redeliverFailed: ({ after }) => whileHeartbeating(() => redeliver(configured(), after)),
    listHeads: () => whileHeartbeating((signal) => listAllHeads({ github: configured(), sources, signal })),
  } satisfies GitHubAgent;
}
