import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { failureType } from '../../schemas/failures.ts';
import { taskQueues } from '../../schemas/names.ts';
import type { DevelopRole } from '../../schemas/todoList.ts';
import type { planFeature } from '../../workflows/planFeature.ts';
import type { runAgentTask } from '../../workflows/runAgentTask.ts';
import { answer, badProof, changeOf, developTests, type DevelopFakes, evidence, model, todoList } from '../support/develop.ts';
import { expectCleanHistory } from '../support/flows.ts';

const flows = developTests();

async function start(role: DevelopRole, more: object = {}) {
  return await flows.client().workflow.start<typeof runAgentTask>('runAgentTask', {
    taskQueue: taskQueues.orchestration,
    workflowId: `agent-task/test/${randomUUID()}`,
    args: [{ request: 'make it work', repository: 'https://example.test/acme/shop', role, ...more } as never],
  });
}

/** Notes which agents are asked, in their order. */
function noted(): { asked: string[]; fakes: Partial<DevelopFakes> } {
  const asked: string[] = [];
  return {
    asked,
    fakes: {
      planWork: async () => (asked.push('planner'), answer({ todoList: todoList(), mind: model })),
      designContract: async () => (asked.push('architect'), answer({ contract: { sha256: '4'.repeat(64), size: 1, mediaType: 'a' } })),
      takeStep: async () => (
        asked.push('coder'),
        { change: changeOf('c'), observation: { sha256: '6'.repeat(64), size: 1, mediaType: 'a' }, headline: 'edit', changed: true }
      ),
      proveChange: async () => (asked.push('tester'), badProof('s1')),
      diagnoseFailure: async () => (asked.push('debugger'), evidence({ diagnostics: 'because' })),
    },
  };
}

describe('runAgentTask', () => {
  test.each<{ role: DevelopRole; more?: object; asked: string[]; status: string }>([
    { role: 'planner', asked: ['planner'], status: 'passed' },
    { role: 'architect', asked: ['planner', 'architect'], status: 'passed' },
    { role: 'tester', asked: ['planner', 'architect'], status: 'passed' },
    { role: 'coder', asked: ['planner', 'architect', 'coder', 'coder', 'tester'], status: 'failed' },
    { role: 'tester', more: { candidate: 'd'.repeat(40) }, asked: ['planner', 'architect', 'tester'], status: 'failed' },
    { role: 'debugger', more: { candidate: 'd'.repeat(40) }, asked: ['planner', 'architect', 'tester', 'debugger'], status: 'passed' },
  ])('$role asks $asked and ends as $status', async ({ role, more, asked, status }) => {
    const { asked: seen, fakes } = noted();
    flows.when(fakes);
    const handle = await start(role, more);
    const result = await handle.result();
    expect(seen).toEqual(asked);
    expect(result).toMatchObject({ status, role });
    if (role === 'debugger') expect(result.evidence?.diagnostics).toBe('because');
    await expectCleanHistory(handle);
  });

  test('a debugger without a commit to look at is refused', async () => {
    const handle = await start('debugger');
    await expect(handle.result()).rejects.toSatisfy((error) => failureType(error) === 'InvalidInput');
  });
});

describe('planFeature', () => {
  const plan = async (input: object) =>
    await flows.client().workflow.start<typeof planFeature>('planFeature', {
      taskQueue: taskQueues.orchestration,
      workflowId: `plan-feature/test/${randomUUID()}`,
      args: [{ request: 'make it work', ...input } as never],
    });

  test('makes the repository of a new project only when the request was understood', async () => {
    const order: string[] = [];
    flows.when({
      openGround: async ({ request }) => {
        order.push('ground');
        return {
          source: {
            repository: request,
            slug: 'new/x',
            ref: 'HEAD',
            ...changeOf('a'),
            changedPaths: 0,
            dirty: false,
            trusted: false,
            fork: false,
          },
          rules: {} as never,
          created: true,
          notices: [],
        };
      },
      planWork: async ({ ground }) => (order.push(ground ? 'plan there' : 'plan'), answer({ todoList: todoList(), mind: model })),
    });
    const handle = await plan({});
    const result = await handle.result();
    expect(order).toEqual(['plan', 'ground']);
    expect(result.todoList.tasks).toHaveLength(1);
    await expectCleanHistory(handle);

    order.length = 0;
    await (await plan({ repository: 'https://example.test/acme/shop' })).result();
    expect(order).toEqual(['ground', 'plan there']);
  });
});
