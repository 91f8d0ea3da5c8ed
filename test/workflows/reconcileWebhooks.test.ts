import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Head } from '../../activities/contracts.ts';
import { failure } from '../../schemas/failures.ts';
import { taskQueues } from '../../schemas/names.ts';
import type { reconcileWebhooks } from '../../workflows/reconcileWebhooks.ts';
import { expectCleanHistory, flowTests } from '../support/flows.ts';
import { sha } from '../support/pullRequests.ts';

const flows = flowTests();

async function look() {
  return await flows.client().workflow.start<typeof reconcileWebhooks>('reconcileWebhooks', {
    taskQueue: taskQueues.orchestration,
    workflowId: `reconcile/${randomUUID()}`,
    args: [{}] as never,
  });
}

const head = (repo: string, number: number): Head => ({
  kind: 'pull_request',
  owner: 'acme',
  repo,
  number,
  updatedAt: new Date().toISOString(),
  repository: `https://github.example/acme/${repo}`,
  commit: sha('a'),
});

test('asks for failed deliveries again and starts what is missing, and one bad repository hides no other', async () => {
  const asked: { after: string }[] = [];
  flows.when({
    redeliverFailed: async (since) => (asked.push(since), { redelivered: ['d1'], failed: 2 }),
    listHeads: async () => [
      head('shop', 1),
      head('broken', 2),
      head('blog', 3),
      { ...head('old', 4), updatedAt: '2020-01-01T00:00:00Z' } as Head,
    ],
    ensureRun: async (wanted) => {
      if (wanted.repo === 'broken') throw failure('ServiceRefused', 'no such repository');
      return { started: wanted.repo === 'shop', workflowId: `w/${wanted.repo}` };
    },
  });
  const handle = await look();
  expect(await handle.result()).toMatchObject({
    failed: 2,
    redelivered: ['d1'],
    heads: 3,
    started: ['w/shop'],
    problems: ['acme/broken: no such repository'],
  });
  const threeDays = 3 * 24 * 3600 * 1000;
  expect(Date.now() - Date.parse(asked[0]?.after ?? '')).toBeGreaterThanOrEqual(threeDays);
  await expectCleanHistory(handle as never);
});

test('fails with the variables to set when GitHub is not configured', async () => {
  flows.when({ redeliverFailed: () => Promise.reject(failure('NotConfigured', 'set MAINSTAY_GITHUB_TOKEN')) });
  await expect((await look()).result()).rejects.toMatchObject({ cause: { cause: { type: 'NotConfigured' } } });
});
