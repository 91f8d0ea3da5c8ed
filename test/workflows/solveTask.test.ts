import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { NextStepOrder, StepOrder } from '../../activities/developContracts.ts';
import { taskQueues } from '../../schemas/names.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { SolveTaskRequest } from '../../schemas/solveTask.ts';
import type { solveTask } from '../../workflows/solveTask.ts';
import { answer, blob, changeOf, developTests } from '../support/develop.ts';
import { expectCleanHistory } from '../support/flows.ts';

const flows = developTests();

function request(over: Partial<SolveTaskRequest> = {}): SolveTaskRequest {
  const source = {
    repository: 'https://example.test/a/b',
    slug: 'a/b',
    ref: 'HEAD',
    ...changeOf('a'),
    changedPaths: 0,
    dirty: false,
    trusted: false,
    fork: false,
  };
  return {
    site: { source, rules: ProjectFile.parse({}), isolation: 'auto', run: 'nobody', key: 'k', taskId: 't1' },
    role: 'coder',
    start: changeOf('b'),
    brief: blob('5'),
    protected: [],
    limits: { steps: 1000, tokens: 1_000_000, minutes: 60 },
    commandTimeout: '1 minute',
    heartbeatTimeout: '10 seconds',
    workerWait: '1 minute',
    modelWait: '1 minute',
    ...over,
  };
}

async function start(input: SolveTaskRequest) {
  return await flows.client().workflow.start<typeof solveTask>('solveTask', {
    taskQueue: taskQueues.orchestration,
    workflowId: `solve-task/test/${randomUUID()}`,
    args: [input],
  });
}

/** A model that goes on until step `last`, and notes what it was asked. */
function modelUntil(last: number) {
  const asked: NextStepOrder[] = [];
  return {
    asked,
    nextStep: async (order: NextStepOrder) => {
      asked.push(order);
      const kind = order.number < last ? ('edit' as const) : ('done' as const);
      return answer({ transcript: blob('7'), step: blob('8'), kind, headline: `step ${order.number}`, summary: 'done' });
    },
  };
}
const takeStep = async ({ number }: StepOrder) => ({
  change: changeOf('c'),
  observation: blob('6'),
  headline: `step ${number}`,
  changed: true,
});

// Enough for two fresh histories; `node bench/main.ts develop` goes to 500.
const steps = 200;

describe('solveTask', () => {
  test('a long loop goes through several short histories, every step once', async () => {
    const model = modelUntil(steps);
    flows.when({ nextStep: model.nextStep, takeStep });
    const handle = await start(request());
    const result = await handle.result();
    expect(result).toMatchObject({ outcome: 'done', summary: 'done', usage: { steps } });
    expect(model.asked.map(({ number }) => number)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    expect(new Set(model.asked.map(({ key }) => key)).size, 'every question has a key of its own').toBe(steps);
    const { historyLength, historySize = 0 } = await handle.describe();
    expect(historyLength).toBeLessThan(2000);
    expect(historySize).toBeLessThan(4 * 2 ** 20);
    expect(result.memory.usage.inputTokens).toBe(steps * 10);
  });

  test('tells the model to come to an end two steps before the limit, and ends with what there is', async () => {
    const model = modelUntil(100);
    flows.when({ nextStep: model.nextStep, takeStep });
    const handle = await start(request({ limits: { steps: 4, tokens: 1_000_000, minutes: 60 } }));
    expect(await handle.result()).toMatchObject({ outcome: 'budget', change: changeOf('c'), usage: { steps: 4 } });
    expect(model.asked.map(({ wrapUp }) => wrapUp)).toEqual([false, false, true, true]);
    await expectCleanHistory(handle);
  });

  test('counts tokens and money of the loop, and ends when one of them is used up', async () => {
    const limits = [
      { steps: 100, tokens: 40, minutes: 60 },
      { steps: 100, tokens: 1_000_000, minutes: 60, usd: 0.025 },
    ];
    for (const limit of limits) {
      flows.when({ nextStep: modelUntil(100).nextStep, takeStep });
      expect(await (await start(request({ limits: limit }))).result()).toMatchObject({ outcome: 'budget', usage: { steps: 3 } });
    }
  });

  test('a loop that says the same and changes nothing ends as stuck', async () => {
    flows.when({
      nextStep: async () => answer({ transcript: blob('7'), step: blob('8'), kind: 'read', headline: 'read a' }),
      takeStep: async () => ({ change: changeOf('b'), observation: blob('6'), headline: 'read a', changed: false }),
    });
    const { outcome, usage } = await (await start(request())).result();
    expect(outcome).toBe('stuck');
    expect(usage.steps).toBe(6);
  });

  test('goes on from the memory of an earlier loop, and counts only its own work', async () => {
    const first = modelUntil(100);
    flows.when({ nextStep: first.nextStep, takeStep });
    const { memory } = await (await start(request({ limits: { steps: 2, tokens: 1_000_000, minutes: 60 } }))).result();
    const second = modelUntil(4);
    flows.when({ nextStep: second.nextStep, takeStep });
    const result = await (await start(request({ resume: memory }))).result();
    expect(second.asked[0]).toMatchObject({ number: 3, transcript: blob('7'), observation: blob('6') });
    expect(result.usage).toMatchObject({ steps: 2, inputTokens: 20 });
  });

  test('refuses an input that is not one, at once and with the field', async () => {
    const handle = await start({ ...request(), brief: 'text' } as never);
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'InvalidInput', message: expect.stringContaining('brief') } });
  });
});
