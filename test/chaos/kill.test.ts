import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { preparePipeline, startPipeline } from '../../client/runPipeline.ts';
import { stateQuery } from '../../workflows/messages.ts';
import type { runPipeline } from '../../workflows/runPipeline.ts';
import { counts, countedService } from '../support/countedService.ts';
import { type Installation, kill, openInstallation } from '../support/installation.ts';
import { listReleases } from '../../activities/deploy/inService.ts';

const ready = /serving /;
const open: { installation?: Installation; clients: { close(): Promise<void> }[] } = { clients: [] };

beforeEach(async () => {
  open.installation = await openInstallation();
});
afterEach(async () => {
  for (const client of open.clients.splice(0)) await client.close();
  await open.installation?.close();
});

async function begin(installation: Installation, seconds: number) {
  const ledger = join(installation.home, 'ledger');
  const repository = await countedService({ ledger, seconds });
  const { client, close } = await installation.client();
  open.clients.push({ close });
  const prepared = await preparePipeline({
    repository: repository.path,
    trusted: true,
    isolation: 'process',
    heartbeatTimeout: '3 seconds',
  });
  const { workflowId } = await startPipeline(client, prepared);
  return { ledger, client, handle: client.workflow.getHandle<typeof runPipeline>(workflowId) };
}

/** Waits for a line in the ledger. */
async function seen(ledger: string, line: string): Promise<void> {
  await expect.poll(async () => (await counts(ledger))[line] ?? 0, { timeout: 60_000, interval: 50 }).toBeGreaterThan(0);
}

/** Waits until history says that a stage is done: its next step is not asked for by anybody but the flow. */
async function passed(client: Client, workflowId: string, stage: string): Promise<void> {
  const status = async () =>
    (
      await client.workflow
        .getHandle(workflowId)
        .query(stateQuery)
        .catch(() => undefined)
    )?.subtask_status[stage];
  await expect.poll(status, { timeout: 60_000, interval: 50 }).toBe('passed');
}

async function expectSameResult(
  installation: Installation,
  ledger: string,
  result: Awaited<ReturnType<typeof runPipeline>>,
): Promise<void> {
  expect(result).toMatchObject({ status: 'passed', stages: [{ id: 'lint' }, { id: 'test' }, { id: 'build' }, { id: 'deploy' }] });
  expect(result.stages.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'passed']);
  // Killed in its middle a step begins again, but no finished step ever does.
  expect(await counts(ledger)).toMatchObject({ 'end-lint': 1, 'end-test': 1, 'end-build': 1, 'start-service': 1 });
  const releases = await listReleases(installation.home);
  expect(releases).toHaveLength(1);
}

describe('kill -9', () => {
  test('of the worker in the middle of every stage and at every boundary: same result, finished stages once, one release', async () => {
    const installation = open.installation!;
    const workers: { now: ChildProcess } = { now: await installation.start(['worker'], ready) };
    const again = async () => {
      await kill(workers.now);
      workers.now = await installation.start(['worker'], ready);
    };
    const { ledger, client, handle } = await begin(installation, 1);
    for (const stage of ['lint', 'test', 'build']) {
      await seen(ledger, `begin-${stage}`);
      await again();
      await passed(client, handle.workflowId, stage);
      await again();
    }
    await seen(ledger, 'start-service');
    await again();

    await expectSameResult(installation, ledger, await handle.result());
  }, 240_000);

  test('of the engine in the middle of a stage: its user starts it again at once and the run goes on', async () => {
    const installation = open.installation!;
    await installation.start(['worker'], ready);
    const { ledger, handle } = await begin(installation, 2);
    await seen(ledger, 'begin-test');
    process.kill((await installation.engineState()).pid, 'SIGKILL');
    await expectSameResult(installation, ledger, await handle.result());
  }, 240_000);

  test('of engine and worker together in the middle of a stage: the next process starts both again and the run goes on', async () => {
    const installation = open.installation!;
    const first = await installation.start(['worker'], ready);
    const { ledger } = await begin(installation, 2);
    await seen(ledger, 'begin-test');
    process.kill((await installation.engineState()).pid, 'SIGKILL');
    await kill(first);
    await installation.start(['worker'], ready);

    const { client, close } = await installation.client();
    open.clients.push({ close });
    const runs = [];
    for await (const run of client.workflow.list({ query: "WorkflowType = 'runPipeline'" })) runs.push(run.workflowId);
    expect(runs).toHaveLength(1);
    await expectSameResult(installation, ledger, await client.workflow.getHandle<typeof runPipeline>(runs[0]!).result());
  }, 240_000);
});
