import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { defineEffect } from '../../../activities/lib/effects.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';

describe('defineEffect', () => {
  it('happens once, however often an activity is tried, and once more for another iteration', async () => {
    const { effect, perform, lines } = await fileEffect();
    expect(await perform({ iteration: 1 })).toEqual({ line: 'run-1/deploy/1', key: 'run-1/deploy/1', repeated: false });
    expect(await perform({ iteration: 1 })).toEqual({ line: 'run-1/deploy/1', key: 'run-1/deploy/1', repeated: true });
    expect(await perform({ iteration: 2 })).toMatchObject({ repeated: false });
    expect(await lines()).toEqual(['run-1/deploy/1', 'run-1/deploy/2']);
    expect(effect.name).toBe('write a line');
  });

  it('finds what an attempt did that died before it could answer', async () => {
    const { perform, lines } = await fileEffect();
    await expect(perform({ iteration: 1, dies: true })).rejects.toThrow('connection lost');
    expect(await perform({ iteration: 1 })).toMatchObject({ repeated: true });
    expect(await lines()).toEqual(['run-1/deploy/1']);
  });

  it('is undone by the same key from another activity, also when there is nothing to undo', async () => {
    const { effect, perform, lines } = await fileEffect();
    const undo = () => activity('rollBack').run((order: Order) => effect.undo(order), { iteration: 1 });
    await undo();
    await perform({ iteration: 1 });
    await undo();
    expect(await lines()).toEqual([]);
    expect(await perform({ iteration: 1 })).toMatchObject({ repeated: false });
  });
});

type Order = { iteration: number; dies?: boolean };

/** A real effect on the outside: a line in a file. */
async function fileEffect() {
  const file = join(await temporaryFolder(), 'outside');
  const lines = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
  const effect = defineEffect<Order, { line: string }>({
    name: 'write a line',
    key: ({ iteration }, { workflowId }) => `${workflowId}/deploy/${iteration}`,
    probe: async (_, key) => ((await lines()).includes(key) ? { line: key } : undefined),
    async apply({ dies }, key) {
      await appendFile(file, `${key}\n`);
      if (dies) throw new Error('connection lost');
      return { line: key };
    },
    compensate: () => rm(file, { force: true }),
  });
  const perform = (order: Order) => activity('deploy').run((again: Order) => effect.perform(again), order);
  return { effect, perform, lines };
}

function activity(activityType: string) {
  return new MockActivityEnvironment({ activityType, workflowExecution: { workflowId: 'run-1', runId: 'r' } });
}
