import { createGitHub } from '../../../../activities/lib/github/client.ts';
import { createArtifactStore } from '../../../../activities/lib/store.ts';
import { createGitHubAnnouncer } from '../../../../activities/report/github/announcer.ts';
import type { StageRecord } from '../../../../schemas/runPipeline.ts';
import { RunNews } from '../../../../schemas/runNews.ts';
import { temporaryFolder } from '../../../support/gitRepository.ts';
import type { GitHubServer } from '../../../support/github/startGitHub.ts';
import { perform } from '../../../support/releases.ts';

export const runUrl = 'https://temporal.test/runs/run-1';
export const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;

/** The pull request's run as it stands when it was just planned. */
export function newsOf(pull: { number: number; head: string }, change: Partial<RunNews> = {}): RunNews {
  return RunNews.parse({
    workflowId: 'run-pipeline/acme/shop/1',
    runId: 'run-1',
    key: 'run-pipeline/acme/shop/1/0198c0de-0000-7000-8000-000000000001',
    revision: 1,
    status: 'running',
    source: { repository: 'https://example.test/acme/shop', slug: 'acme/shop', ref: 'feature', branch: 'feature', commit: pull.head },
    stages: [],
    notices: [],
    awaiting: [],
    decisions: [],
    refusals: [],
    place: { owner: 'acme', repo: 'shop', pullRequest: pull.number },
    authors: ['ada'],
    event: 'pull_request',
    people: {},
    notifyOnSuccess: false,
    environments: {},
    startedAt: at(0),
    updatedAt: at(0),
    ...change,
  });
}

export function stageRecord(id: string, change: Partial<StageRecord> = {}): StageRecord {
  return { id, agent: id, needs: [], status: 'pending', allowFailure: false, leftOut: false, iteration: 0, ...change };
}

/** An announcer as a worker would have it, with calls made inside an activity. */
export async function announcerOn(server: GitHubServer, auth: 'app' | 'token' = 'app') {
  const store = createArtifactStore({ home: await temporaryFolder() });
  const announcer = createGitHubAnnouncer({ github: createGitHub(server.settings(auth)), store, links: { run: () => runUrl } });
  return {
    store,
    show: (news: RunNews, cancel?: AbortSignal) => perform(announcer.showOnGitHub, news, cancel),
    review: (order: Parameters<typeof announcer.publishReview>[0]) => perform(announcer.publishReview, order),
    answer: (answer: Parameters<typeof announcer.answerCommand>[0]) => perform(announcer.answerCommand, answer),
  };
}

/** Requests that change something, while `work` is done. */
export async function writesOf(server: GitHubServer, work: () => Promise<unknown>): Promise<string[]> {
  const before = server.requests().length;
  await work();
  return server
    .requests()
    .slice(before)
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/access_tokens'))
    .map(({ method, path }) => `${method} ${path}`);
}

/** Does it again, as Temporal would, until it succeeds. */
export async function untilDone(work: () => Promise<unknown>): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return attempt;
    } catch (error) {
      if (attempt > 60) throw error;
    }
  }
}
