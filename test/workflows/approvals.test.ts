import { describe, expect, test } from 'vitest';
import { failure } from '../../schemas/failures.ts';
import { approveSignal, decideUpdate, rejectSignal } from '../../workflows/messages.ts';
import { expectCleanHistory, flowTests, stateOf, until } from '../support/flows.ts';
import { plan, result, stage } from '../support/plans.ts';

const flows = flowTests();
const gated = async () => plan([stage('build'), stage('deploy', { needs: ['build'], approval: true, environment: 'staging' })]);
const asks = (state: { awaiting: unknown[] }) => state.awaiting.length === 1;

describe('an approval', () => {
  test('is asked with what would happen, found by its search attribute, and granted by an update', async () => {
    flows.when({
      openRun: gated,
      buildArtifacts: async () => result({ artifacts: [{ name: 'shop.tgz', kind: 'package', digest: 'sha256:77' }] }),
    });
    const handle = await flows.start();
    const state = await until(handle, asks);
    expect(state.awaiting[0]).toMatchObject({
      id: 'deploy/1',
      title: 'deploy acme/shop@aaaaaaaaaaaa to staging',
      effects: ['deploy acme/shop to staging', 'uses shop.tgz (sha256:77)', `files ${'b'.repeat(40)}`],
      steps: [{ role: 'anyone', members: [], quorum: 1 }],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    await expect
      .poll(async () => {
        const found = [];
        for await (const run of flows.client().workflow.list({ query: `MainstayAwaiting = 'deploy/1'` })) found.push(run.workflowId);
        return found;
      })
      .toContain(handle.workflowId);

    const digest = state.awaiting[0]?.digest;
    await handle.executeUpdate(decideUpdate, { args: [{ verdict: 'approve', by: 'ann', request: 'deploy/1', digest }] });
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    expect((await stateOf(handle)).decisions).toMatchObject([{ granted: true, by: 'ann', expired: false }]);
    await expectCleanHistory(handle);
  });

  test.each([
    {
      what: 'an unknown request',
      decision: { verdict: 'approve', by: 'eve', request: 'deploy/9' },
      says: 'no request deploy/9 waits; waiting: deploy/1',
    },
    { what: 'a stale digest', decision: { verdict: 'approve', by: 'eve', digest: '00' }, says: 'asks for something else by now' },
    { what: 'nobody', decision: { verdict: 'approve', by: '' }, says: 'by: ' },
    { what: 'an unknown verdict', decision: { verdict: 'maybe', by: 'eve' }, says: 'verdict: ' },
  ])('refuses $what with its reason and goes on waiting', async ({ decision, says }) => {
    flows.when({ openRun: gated });
    const handle = await flows.start();
    await until(handle, asks);
    await expect(handle.executeUpdate(decideUpdate, { args: [decision as never] })).rejects.toMatchObject({
      cause: { type: 'DecisionRefused', message: expect.stringContaining(says) },
    });
    expect((await stateOf(handle)).awaiting).toHaveLength(1);
    await handle.terminate();
  });

  test('is granted by the plain signal that Temporal’s own tools can send', async () => {
    flows.when({ openRun: gated });
    const handle = await flows.start();
    await until(handle, asks);
    await handle.signal(approveSignal);
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    expect((await stateOf(handle)).decisions).toMatchObject([{ granted: true, by: 'signal' }]);
  });

  test('fails the stage when it is rejected, and a decision that comes too late stands in the record', async () => {
    const told = Promise.withResolvers<void>();
    const blob = { sha256: 'e'.repeat(64), size: 1, mediaType: 'text/plain' };
    flows.when({ openRun: gated, writeReport: () => told.promise.then(() => ({ markdown: blob, json: blob })) });
    const handle = await flows.start();
    await until(handle, asks);
    await handle.signal(rejectSignal, { by: 'bob', comment: 'not on a Friday' });
    await handle.signal(approveSignal, { by: 'eve', request: 'deploy/1' });
    told.resolve();
    const outcome = await handle.result();
    expect(outcome.failure).toEqual({ type: 'ApprovalDenied', message: 'rejected by bob: not on a Friday' });
    expect((await stateOf(handle)).refusals).toMatchObject([
      { by: 'signal:eve', request: 'deploy/1', reason: expect.stringContaining('deploy/1 was decided by bob at ') },
    ]);
    await expectCleanHistory(handle);
  });

  test.each([
    { onApprovalTimeout: 'reject' as const, status: 'failed' },
    { onApprovalTimeout: 'approve' as const, status: 'passed' },
  ])('ends at its deadline as the input says: $onApprovalTimeout', async ({ onApprovalTimeout, status }) => {
    flows.when({ openRun: gated });
    const handle = await flows.start({ decideWithin: '200ms', onApprovalTimeout });
    expect(await handle.result()).toMatchObject({ status });
    expect((await stateOf(handle)).decisions).toMatchObject([{ expired: true, by: 'deadline' }]);
  });

  test('given in advance is recorded with its giver and asks nobody', async () => {
    flows.when({ openRun: gated });
    const handle = await flows.start({ approvedBy: 'ann (--yes)' });
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    expect((await stateOf(handle)).decisions).toMatchObject([{ granted: true, by: 'ann (--yes)' }]);
  });
});

describe('a deploy', () => {
  const deploying = async () => plan([stage('deploy', { environment: 'staging' })]);

  test('is taken back when the release does not stay healthy', async () => {
    const undone: string[] = [];
    flows.when({
      openRun: deploying,
      watchRelease: async () => ({ verdict: 'fail', reason: '3 of 5 probes failed', probes: 5, failed: 3 }),
      rollBackRelease: async ({ reason, task }) => (undone.push(`${task.stage.id}: ${reason}`), { undone: true }),
    });
    const handle = await flows.start();
    const outcome = await handle.result();
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: { type: 'UnhealthyRelease', message: '3 of 5 probes failed; rolled back' },
    });
    expect(undone).toEqual(['deploy: 3 of 5 probes failed']);
    await expectCleanHistory(handle);
  });

  test('is taken back even when it is not known whether it happened', async () => {
    const undone: string[] = [];
    flows.when({
      openRun: async () => plan([stage('deploy', { attempts: 1 })]),
      deployRelease: async () => {
        throw failure('DeployFailed', 'the registry closed the connection');
      },
      rollBackRelease: async ({ task }) => (undone.push(task.effectKey), { undone: false }),
    });
    const handle = await flows.start();
    expect(await handle.result()).toMatchObject({ status: 'failed', failure: { type: 'DeployFailed' } });
    expect(undone).toHaveLength(1);
  });

  test.each([
    { answer: approveSignal, status: 'passed', rolledBack: 0 },
    { answer: rejectSignal, status: 'failed', rolledBack: 1 },
  ])('asks a person when its health cannot be told: $answer.name', async ({ answer, status, rolledBack }) => {
    const undone: string[] = [];
    flows.when({
      openRun: deploying,
      watchRelease: async () => ({ verdict: 'inconclusive', reason: 'no probe could be sent', probes: 0, failed: 0 }),
      rollBackRelease: async ({ reason }) => (undone.push(reason), { undone: true }),
    });
    const handle = await flows.start();
    await until(handle, asks);
    await handle.signal(answer, { by: 'ann' });
    expect(await handle.result()).toMatchObject({ status });
    expect(undone).toHaveLength(rolledBack);
  });

  test('says so when taking it back fails too', async () => {
    flows.when({
      openRun: async () => plan([stage('deploy', { attempts: 1 })]),
      watchRelease: async () => ({ verdict: 'fail', reason: 'it died', probes: 1, failed: 1 }),
      rollBackRelease: async () => {
        throw failure('DeployFailed', 'the host is gone');
      },
    });
    const outcome = await (await flows.start()).result();
    expect(outcome.failure).toEqual({ type: 'RollbackFailed', message: 'it died; rolled back; and undoing it failed: the host is gone' });
  });

  test('is taken back when the run is cancelled while it is watched', async () => {
    const seen = { watching: 0, undone: 0 };
    flows.when({
      openRun: deploying,
      watchRelease: async () => {
        seen.watching += 1;
        const { Context } = await import('@temporalio/activity');
        const beat = setInterval(() => Context.current().heartbeat(), 50);
        return await Context.current().cancelled.finally(() => clearInterval(beat));
      },
      rollBackRelease: async () => ((seen.undone += 1), { undone: true }),
    });
    const handle = await flows.start();
    await until(handle, () => seen.watching === 1);
    await handle.cancel();
    await handle.result().catch(() => undefined);
    expect(seen.undone).toBe(1);
    await expectCleanHistory(handle);
  });
});
