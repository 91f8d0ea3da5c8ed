import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { clientAsk, type LockPlace, openLockPlace } from '../support/lockPlace.ts';
import { finishSignal } from '../support/lockFlows.ts';

const open: { place?: LockPlace } = {};
beforeAll(async () => {
  open.place = await openLockPlace(inject('engineAddress'));
});
afterAll(() => open.place?.close());
const place = () => open.place!;

describe('askForLock', () => {
  test('answers a second attempt of the same wish as the first, though others asked meanwhile', async () => {
    const { controller, resource, view } = place();
    const env = resource();
    const first = await controller.askForLock(clientAsk(env, 'a'));
    const [queued] = await Promise.all([controller.askForLock(clientAsk(env, 'b')), controller.askForLock(clientAsk(env, 'c'))]);
    expect(await controller.askForLock(clientAsk(env, 'a'))).toEqual(first);
    expect(await controller.askForLock(clientAsk(env, 'b'))).toEqual(queued);
    expect((await view(env)).waiters).toHaveLength(2);
  });

  test.each([
    { id: '' },
    { resource: 'env:a b' },
    { mode: 'selfish' },
    { waitTimeout: 'soon' },
    { lease: '1 ms' },
    { holder: { kind: 'run', workflowId: '', runId: '' } },
  ])('refuses %j for good', async (wrong) => {
    const { controller, resource } = place();
    const ask = controller.askForLock({ ...clientAsk(resource(), 'a'), ...wrong } as never);
    await expect(ask).rejects.toMatchObject({ type: 'InvalidInput', nonRetryable: true });
  });
});

describe('isAlive', () => {
  test('is true for an open run and its successors, and false for what has ended, what never was, and clients', async () => {
    const { client, controller, start, resource } = place();
    const wish = { resources: [resource()], step: 'deploy' };
    const run = await start('holdLocks', { wish });
    const holder = { kind: 'run' as const, workflowId: run.workflowId, runId: run.firstExecutionRunId };
    expect(await controller.isAlive(holder)).toBe(true);
    await run.signal(finishSignal);
    await run.result();
    expect(await controller.isAlive(holder)).toBe(false);
    // Another run of the same id is not the holder.
    const other = await start('holdLocks', { wish }, run.workflowId);
    expect(await controller.isAlive(holder)).toBe(false);
    await other.terminate('test');

    const moved = await start('holdAndContinue', { wish: { resources: [resource()], step: 'deploy' } });
    const first = { kind: 'run' as const, workflowId: moved.workflowId, runId: moved.firstExecutionRunId };
    await expect
      .poll(async () => (await client.workflow.getHandle(moved.workflowId).describe()).runId, { timeout: 20_000 })
      .not.toBe(first.runId);
    expect(await controller.isAlive(first)).toBe(true);
    await client.workflow.getHandle(moved.workflowId).signal(finishSignal);
    await expect.poll(() => controller.isAlive(first), { timeout: 20_000 }).toBe(false);

    expect(await controller.isAlive({ ...holder, workflowId: 'never-was' })).toBe(false);
    expect(await controller.isAlive({ kind: 'client', name: 'kim' })).toBe(false);
  });
});

describe('decideOnRun and rerunStage', () => {
  test('answer whether they were taken, and why not', async () => {
    const { controller, start } = place();
    const run = await start('decidable', { refuse: 'kim' });
    const decision = { verdict: 'approve' as const, by: 'lee' };
    expect(await controller.decideOnRun({ workflowId: run.workflowId, decision, id: 'd1' })).toEqual({ taken: true });
    expect(await controller.decideOnRun({ workflowId: run.workflowId, decision: { ...decision, by: 'kim' }, id: 'd2' })).toEqual({
      taken: false,
      reason: 'kim may not',
    });
    expect(await controller.rerunStage({ workflowId: run.workflowId, stage: 'test' })).toEqual({ taken: true });
    expect(await controller.rerunStage({ workflowId: run.workflowId, stage: 'kim' })).toMatchObject({ taken: false });
    await run.signal(finishSignal);
    await run.result();
    for (const over of [run.workflowId, 'never-was']) {
      expect(await controller.decideOnRun({ workflowId: over, decision, id: 'd3' })).toMatchObject({
        taken: false,
        reason: expect.stringContaining(over),
      });
      expect(await controller.rerunStage({ workflowId: over, stage: 'test' })).toMatchObject({ taken: false });
    }
  });
});
