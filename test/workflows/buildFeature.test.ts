import { describe, expect, test } from 'vitest';
import type { CodeOrder, DesignOrder, ProofOrder } from '../../activities/developContracts.ts';
import { failureType } from '../../schemas/failures.ts';
import type { FailureClass } from '../../schemas/debugFailure.ts';
import {
  decideUpdate,
  grantBudgetUpdate,
  pauseUpdate,
  replanTaskUpdate,
  resumeUpdate,
  stateQuery,
  submitTaskResultUpdate,
} from '../../workflows/messages.ts';
import {
  answer,
  badProof,
  blob,
  changeOf,
  developTests,
  evidence,
  type DevelopFakes,
  model,
  proof,
  todoList,
  untilBuild,
} from '../support/develop.ts';
import { expectCleanHistory } from '../support/flows.ts';

const flows = developTests();
const planned = (...tasks: { id: string; dependencies?: string[] }[]) => ({
  planWork: async () => answer({ todoList: todoList(tasks), mind: goodMind }),
});
const goodMind = { kind: 'template', template: 'trading-strategy', subject: {} } as const;

/** A proof that fails as often as there are signatures, and then passes. */
function failingFirst(...signatures: string[]) {
  const orders: ProofOrder[] = [];
  return {
    orders,
    proveChange: async (order: ProofOrder) => {
      orders.push(order);
      const signature = signatures[orders.length - 1];
      return signature === undefined ? proof() : badProof(signature);
    },
  };
}

describe('buildFeature', () => {
  test('takes each task through contract, tests, code, proof and merge, independent ones side by side', async () => {
    const codes: string[] = [];
    const open = { now: 0, most: 0 };
    flows.when({
      ...planned({ id: 't1' }, { id: 't2' }, { id: 't3', dependencies: ['t1', 't2'] }),
      writeCode: async ({ site }: CodeOrder) => {
        codes.push(site.taskId);
        open.now += 1;
        open.most = Math.max(open.most, open.now);
        await new Promise((resolve) => setTimeout(resolve, 100));
        open.now -= 1;
        return answer({ change: changeOf('c'), summary: 'written' });
      },
    });
    const handle = await flows.start();
    const result = await handle.result();
    expect(result.status).toBe('passed');
    expect(result.tasks.map(({ phase }) => phase)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(codes.slice(0, 2).sort()).toEqual(['t1', 't2']);
    expect(codes[2]).toBe('t3');
    expect(open.most).toBe(2);
    expect(result.branch).toBe(`ai/generated/${handle.workflowId}/result`);
    expect(result.tasks[0]?.branch).toBe(`ai/generated/${handle.workflowId}/t1`);
    await expectCleanHistory(handle);
  });

  test('waits for a person to agree to the plan, and does nothing when they do not', async () => {
    const handle = await flows.start({ autonomy: 'supervised' });
    await untilBuild(handle, (_, phase) => phase === 'awaitingApproval');
    const { awaiting } = await handle.query(stateQuery);
    expect(awaiting[0]).toMatchObject({ id: 'plan/1', effects: ['t1 Task t1: it works'] });
    await handle.executeUpdate(decideUpdate, { args: [{ verdict: 'reject', by: 'cli:ada', comment: 'too large' }] });
    await expect(handle.result()).rejects.toSatisfy((error) => failureType(error) === 'ApprovalDenied');
    const { phase, error_log } = await handle.query(stateQuery);
    expect({ phase, said: error_log[0]?.message }).toEqual({ phase: 'failed', said: 'the plan was rejected by ada: too large' });
  });

  test('agreement in advance lets a supervised run go on, and a manual one merge', async () => {
    const handle = await flows.start({ autonomy: 'manual', approvedBy: 'cli:ada' });
    const { status, decisions } = await handle.result();
    expect(status).toBe('passed');
    expect(decisions.map(({ request }) => request.id)).toEqual(['plan/1', 'task-t1/1']);
  });

  test.each<{ kind: FailureClass; found: Parameters<typeof evidence>[0]; asked: keyof DevelopFakes }>([
    { kind: 'implementation_bug', found: {}, asked: 'writeCode' },
    { kind: 'spec_mismatch', found: { mismatches: [{ interface: 'add', expected: '(a, b)', found: '(a)' }] }, asked: 'designContract' },
    { kind: 'timeout', found: { timedOut: true }, asked: 'proveChange' },
    { kind: 'flaky_test', found: { flaky: ['adds'] }, asked: 'proveChange' },
  ])('a $kind opens branch t1_branch_01 and goes to $asked', async ({ kind, found, asked }) => {
    const proving = failingFirst('s1');
    const asks: string[] = [];
    flows.when({
      proveChange: async (order) => {
        asks.push('proveChange');
        return await proving.proveChange(order);
      },
      writeCode: async () => {
        asks.push('writeCode');
        return answer({ change: changeOf('c'), summary: 'written' });
      },
      designContract: async ({ earlier }: DesignOrder) => {
        asks.push('designContract');
        return answer({ contract: blob(earlier ? 'f' : '4') });
      },
      diagnoseFailure: async () => {
        asks.push('diagnose');
        return evidence(found);
      },
    });
    const handle = await flows.start();
    const { status, tasks } = await handle.result();
    expect(status).toBe('passed');
    const { debug } = tasks[0] ?? {};
    expect(debug?.[0]?.todo).toMatchObject({
      id: 't1_branch_01',
      parent_id: 't1',
      agent_role: 'debugger',
      is_temporary: true,
      max_debug_attempts: 3,
    });
    expect(debug?.[0]?.attempts.map((attempt) => attempt.class)).toEqual([kind]);
    expect(asks[asks.indexOf('diagnose') + 1]).toBe(asked);
    const again = proving.orders[1];
    if (kind === 'timeout') expect(again?.testTimeout).toBe('600000 ms');
    if (kind === 'flaky_test') expect(again?.times).toBe(3);
    await expectCleanHistory(handle);
    await expectCleanHistory(flows.client().workflow.getHandle(`debug-failure/${handle.workflowId}/t1_branch_01`), 'debugFailure');
  });

  test('the same failure twice without a change goes to a person, whose instruction opens the next branch', async () => {
    const instructions: (string | undefined)[] = [];
    flows.when({
      ...failingFirst('s1', 's1'),
      writeCode: async ({ instruction }: CodeOrder) => {
        instructions.push(instruction);
        return answer({ change: changeOf('c'), summary: 'written' });
      },
      diagnoseFailure: async () => evidence({ meaningful: false }),
    });
    const handle = await flows.start();
    await untilBuild(handle, (task) => task('t1')?.phase === 'escalated');
    const taken = { verdict: 'approve', by: 'cli:ada', request: 'escalation-t1/1', comment: 'use a map' } as const;
    await handle.executeUpdate(decideUpdate, { args: [taken] });
    const { status, tasks } = await handle.result();
    expect(status).toBe('passed');
    expect(tasks[0]?.debug.map(({ todo }) => todo.id)).toEqual(['t1_branch_01', 't1_branch_02']);
    expect(tasks[0]?.debug[1]?.todo.debug_instructions).toContain('A person says: use a map');
    expect(instructions.at(-1)).toContain('A person says: use a map');
  });

  test('attempts end at their cap; a person who gives the task up ends it and what needs it', async () => {
    flows.when({
      ...planned({ id: 't1' }, { id: 't2', dependencies: ['t1'] }),
      ...failingFirst('s1', 's2', 's3', 's4'),
    });
    const handle = await flows.start({ maxDebugAttempts: 2 });
    await untilBuild(handle, (task) => task('t1')?.phase === 'escalated');
    await handle.executeUpdate(decideUpdate, { args: [{ verdict: 'reject', by: 'cli:ada' }] });
    const { status, tasks, failure } = await handle.result();
    expect(status).toBe('failed');
    expect(tasks.map(({ phase }) => phase)).toEqual(['failed', 'skipped']);
    expect(tasks[0]?.debug[0]?.attempts).toHaveLength(2);
    expect(tasks[0]?.branch, 'what there is can be looked at').toContain('/t1');
    expect(failure?.message).toContain('t1');
  });

  test('a budget that ends parks the task until it is granted, and the loop goes on where it stopped', async () => {
    const asked: { number: number; wrapUp: boolean }[] = [];
    flows.when({
      planWork: async () => answer({ todoList: todoList(), mind: model }),
      nextStep: async ({ number, wrapUp }) => {
        asked.push({ number, wrapUp });
        const kind = number < 5 ? 'edit' : 'done';
        return answer({ transcript: blob('7'), step: blob('8'), kind, headline: `step ${number}`, summary: 'done' });
      },
      takeStep: async ({ number }) => ({ change: changeOf('c'), observation: blob('6'), headline: `step ${number}`, changed: true }),
    });
    const handle = await flows.start({ budget: { steps: 3 } });
    await untilBuild(handle, (task) => task('t1')?.phase === 'outOfBudget');
    expect(asked.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(asked.at(-1)?.wrapUp, 'the model was told to come to an end').toBe(true);
    const granted = await handle.executeUpdate(grantBudgetUpdate, { args: [{ steps: 4, tokens: 0, usd: 0, minutes: 0, by: 'cli:ada' }] });
    expect(granted.steps).toBe(7);
    const { status, usage } = await handle.result();
    expect(status).toBe('passed');
    expect(asked.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5]);
    expect(usage.steps).toBe(5);
    await expectCleanHistory(handle);
  });

  test('nobody who grants more ends the task with BudgetExhausted', async () => {
    flows.when({
      planWork: async () => answer({ todoList: todoList(), mind: model }),
      nextStep: async () => answer({ transcript: blob('7'), step: blob('8'), kind: 'read', headline: 'read' }),
    });
    const handle = await flows.start({ budget: { steps: 1 }, decideWithin: '1 second' });
    const { status, failure } = await handle.result();
    expect(status).toBe('failed');
    expect(failure?.message).toContain('nobody granted more');
  });

  test('a rate limit is waited for on a timer, and shown', async () => {
    const calls = { count: 0 };
    flows.when({
      designContract: async () => {
        calls.count += 1;
        const until = new Date(Date.now() + 1500).toISOString();
        return calls.count === 1 ? { kind: 'wait', until, reason: '429' } : answer({ contract: blob('4') });
      },
    });
    const handle = await flows.start();
    await untilBuild(handle, (task) => task('t1')?.parkedUntil !== undefined);
    expect((await handle.result()).status).toBe('passed');
    expect(calls.count).toBe(2);
  });

  test('a result from outside takes the place of the coder, and is proved', async () => {
    const proving = failingFirst();
    const adopted: string[] = [];
    flows.when({
      planWork: async () => answer({ todoList: todoList(), mind: model }),
      ...proving,
      adoptRef: async ({ ref }) => {
        adopted.push(ref);
        return changeOf('d');
      },
      mergeChange: async ({ into, change }) => ({ merged: change.commit === into.commit ? into : changeOf('e') }),
      nextStep: async ({ number }) => answer({ transcript: blob('7'), step: blob('8'), kind: 'read', headline: `read ${number}` }),
    });
    const handle = await flows.start({ budget: { steps: 100_000 } });
    await untilBuild(handle, (task) => task('t1')?.phase === 'coding');
    await expect(handle.executeUpdate(submitTaskResultUpdate, { args: [{ task_id: 't9', ref: 'x', by: 'cli:ada' }] })).rejects.toThrow();
    await handle.executeUpdate(submitTaskResultUpdate, { args: [{ task_id: 't1', ref: 'feature', by: 'cli:ada' }] });
    const { status } = await handle.result();
    expect(status).toBe('passed');
    expect(adopted).toEqual(['feature']);
    expect(proving.orders[0]?.change).toEqual(changeOf('e'));
    await expectCleanHistory(handle);
  });

  test('a task that is planned anew starts over with its new words', async () => {
    const descriptions: string[] = [];
    flows.when({
      planWork: async () => answer({ todoList: todoList(), mind: model }),
      designContract: async ({ todo }: DesignOrder) => {
        descriptions.push(todo.description);
        return answer({ contract: blob('4') });
      },
      ...failingFirst('s1', 's1'),
      diagnoseFailure: async () => evidence({ meaningful: false }),
    });
    const handle = await flows.start();
    await untilBuild(handle, (task) => task('t1')?.phase === 'escalated');
    await handle.executeUpdate(replanTaskUpdate, { args: [{ task_id: 't1', instruction: 'with a set', by: 'cli:ada' }] });
    expect((await handle.result()).status).toBe('passed');
    expect(descriptions).toEqual(['do it', 'with a set']);
  });

  test('work that conflicts with what was accepted meanwhile is done again on top of it', async () => {
    const instructions: (string | undefined)[] = [];
    const merges = { count: 0 };
    flows.when({
      ...planned({ id: 't1' }, { id: 't2' }),
      writeCode: async ({ instruction }: CodeOrder) => {
        instructions.push(instruction);
        return answer({ change: changeOf('c'), summary: 'written' });
      },
      mergeChange: async ({ change }) => {
        merges.count += 1;
        return merges.count === 2 ? { conflicts: ['src/a.js'] } : { merged: change };
      },
    });
    const { status } = await (await flows.start()).result();
    expect(status).toBe('passed');
    expect(instructions.filter((instruction) => instruction?.includes('src/a.js'))).toHaveLength(1);
  });

  test('a pause stops the loop of a child between two steps, and resume lets it go on', async () => {
    const asked = { count: 0 };
    const gate = Promise.withResolvers<void>();
    flows.when({
      planWork: async () => answer({ todoList: todoList(), mind: model }),
      nextStep: async ({ number }) => {
        asked.count = number;
        if (number === 2) await gate.promise;
        const kind = number < 6 ? 'edit' : 'done';
        return answer({ transcript: blob('7'), step: blob('8'), kind, headline: `step ${number}`, summary: 'done' });
      },
      takeStep: async ({ number }) => ({ change: changeOf('c'), observation: blob('6'), headline: `step ${number}`, changed: true }),
    });
    const handle = await flows.start();
    await expect.poll(() => asked.count, { timeout: 20_000 }).toBe(2);
    await handle.executeUpdate(pauseUpdate);
    const child = flows.client().workflow.getHandle(`solve-task/${handle.workflowId}/t1/1/code-1`);
    const heard = async () =>
      (await child.fetchHistory()).events?.some(
        ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === 'workPaused',
      );
    await expect.poll(heard, { timeout: 20_000 }).toBe(true);
    gate.resolve();
    await expect.poll(async () => (await child.describe()).raw.pendingActivities?.length ?? 0, { timeout: 20_000 }).toBe(0);
    expect(asked.count, 'the step under way ended, no other began').toBe(2);
    await handle.executeUpdate(resumeUpdate);
    expect((await handle.result()).status).toBe('passed');
  });

  test('a cancelled build closes its children and still writes its report', async () => {
    const reports: unknown[] = [];
    flows.when({
      planWork: async () => answer({ todoList: todoList(), mind: model }),
      nextStep: async ({ number }) => answer({ transcript: blob('7'), step: blob('8'), kind: 'read', headline: `read ${number}` }),
      writeFeatureReport: async ({ result }) => {
        reports.push(result.status);
        return { markdown: blob('9'), json: blob('9') };
      },
    });
    const handle = await flows.start({ budget: { steps: 100_000 } });
    await untilBuild(handle, (task) => task('t1')?.phase === 'coding');
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(reports).toEqual(['cancelled']);
  });
});
