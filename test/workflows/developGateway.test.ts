import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failure } from '../../schemas/failures.ts';
import type { TodoList } from '../../schemas/todoList.ts';
import { type Answer, openCallers, type Person } from '../support/callers.ts';
import { answer, badProof, changeOf, developTests, evidence, model, proof, todoList } from '../support/develop.ts';
import { expectCleanHistory } from '../support/flows.ts';

const flows = developTests();
const open: { callers?: Awaited<ReturnType<typeof openCallers>> } = {};
beforeAll(async () => void (open.callers = await openCallers(flows.client())));
afterAll(() => open.callers?.close());

const get = (path: string) => open.callers!.call('vera', 'GET', path);
const post = (who: Person, path: string, body?: unknown) => open.callers!.call(who, 'POST', path, body);
const words = () => `make it work ${randomUUID()}`;
const plansTasks = (...ids: string[]) =>
  flows.when({
    planWork: async ({ id, request: { request } }) => {
      const list = todoList(
        ids.map((name) => ({ id: name })),
        { id, request },
      );
      return answer({ todoList: list, mind: model });
    },
  });
const planned = async (): Promise<{ id: string; list: TodoList }> => {
  const { status, body } = await post('olga', '/planner/plan?wait=20', { request: words() });
  expect(status).toBe(200);
  return { id: String(body['todo_list_id']), list: body['todo_list'] as TodoList };
};
const begun = async (body: object, who: Person = 'olga'): Promise<string> => {
  const started = await post(who, '/orchestrator/execute', body);
  expect(started).toMatchObject({ status: 202, body: { joined: false } });
  return String(started.body['workflow_id']);
};
const build = async (id: string) => (await get(`/orchestrator/status/${id}`)).body;
const reaches = async (id: string, state: object) => await expect.poll(() => build(id), { timeout: 20_000 }).toMatchObject(state);
const refused: Partial<Answer<object>> = { status: 409, body: { type: 'DecisionRefused', message: expect.stringMatching(/./) } };
/** Something that a fake waits for until the test has looked. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, release: resolve };
}

describe('a feature over HTTP', () => {
  it('is planned, read, built, agreed to, helped from outside, and shown at its end', async () => {
    plansTasks('t1', 't2');
    const designs = held();
    flows.when({
      designContract: async () => {
        await designs.promise;
        return answer({ contract: { sha256: '4'.repeat(64), size: 1, mediaType: 'application/json' } });
      },
    });
    const { id, list } = await planned();
    expect(list).toMatchObject({ id, tasks: [{ id: 't1' }, { id: 't2' }] });
    expect(await get(`/planner/todo_list/${id}`)).toEqual({ status: 200, body: list });
    expect(await get(`/planner/todo_list/${encodeURIComponent(id)}`)).toEqual({ status: 200, body: list });

    const run = await begun({ todo_list_id: id, budget: { steps: 77 } });
    expect(await post('olga', '/orchestrator/execute', { todo_list_id: id, budget: { steps: 77 } })).toMatchObject({
      status: 202,
      body: { workflow_id: run, joined: true },
    });
    const waits = { phase: 'awaitingApproval', status: 'waiting', awaiting: [{ id: 'plan/1' }] };
    await reaches(run, { ...waits, subtask_status: { t1: 'pending', t2: 'pending' }, budget: { limits: { steps: 77 } } });

    const approve = `/orchestrator/approve/${encodeURIComponent(run)}`;
    expect(await post('olga', approve)).toMatchObject({ status: 403 });
    expect(await post('ada', approve, { digest: '0'.repeat(64) })).toMatchObject(refused);
    expect(await post('ada', approve, { request: 'plan/9' })).toMatchObject(refused);
    const [{ digest }] = (await build(run))['awaiting'] as [{ digest: string }];
    expect(await post('ada', approve, { digest, comment: 'seen' })).toMatchObject({
      status: 200,
      body: { workflow_id: run, request: 'plan/1', granted: true },
    });
    expect(await post('ada', approve)).toMatchObject(refused);

    await reaches(run, { phase: 'building', subtask_status: { t1: 'designing', t2: 'designing' } });
    const result = (task: string, ref = 'feature/by-hand') => post('olga', `/orchestrator/task/${task}/result`, { workflow_id: run, ref });
    expect(await result('t1')).toMatchObject({ status: 202, body: { workflow_id: run, task_id: 't1', taken: true } });
    expect(await result('t9')).toMatchObject(refused);
    designs.release();

    await reaches(run, { phase: 'passed', status: 'passed' });
    expect(await build(run)).toMatchObject({
      task_id: run,
      workflow_type: 'buildFeature',
      subtask_status: { t1: 'accepted', t2: 'accepted' },
      checkpoints: expect.arrayContaining([expect.objectContaining({ step: 't1 accepted' })]),
      decisions: [{ granted: true, by: expect.stringMatching(/^(?:http:)?ada$/), comment: 'seen' }],
      final_result: { status: 'passed' },
      debug_branches: [],
    });
    // The work from outside is the commit that was adopted; the other task is the coder's.
    expect((await build(run))['tasks']).toMatchObject([{ change: changeOf('d') }, { change: changeOf('c') }]);
    expect(await result('t1')).toMatchObject(refused);
    expect(await post('ada', approve)).toMatchObject(refused);
    const handle = flows.client().workflow.getHandle(run);
    expect((await handle.describe()).memo).toMatchObject({ requestedBy: 'http:olga' });
    await expectCleanHistory(handle);
  });

  it('ends when its plan is rejected', async () => {
    plansTasks('t1');
    const run = await begun({ todo_list_id: (await planned()).id });
    await reaches(run, { phase: 'awaitingApproval' });
    expect(await post('ada', `/orchestrator/approve/${run}`, { verdict: 'reject', comment: 'not now' })).toMatchObject({
      status: 200,
      body: { granted: false },
    });
    await reaches(run, {
      status: 'failed',
      phase: 'failed',
      awaiting: [],
      error_log: [{ type: 'ApprovalDenied', message: expect.stringContaining('not now') }],
    });
  });

  it('shows its debug branches', async () => {
    plansTasks('t1');
    const proofs = [badProof('1'.repeat(64)), proof()];
    flows.when({ proveChange: async () => proofs.shift() ?? proof(), diagnoseFailure: async () => evidence() });
    const run = await begun({ todo_list_id: (await planned()).id, autonomy: 'full' }, 'omar');
    await reaches(run, { status: 'passed' });
    expect(await build(run)).toMatchObject({
      debug_branches: [
        {
          id: 't1_branch_01',
          parent_id: 't1',
          agent_role: 'debugger',
          is_temporary: true,
          attempts: [{ number: 1, class: 'implementation_bug' }],
        },
      ],
    });
  });

  it('takes a corrected plan, agreement in advance, more budget and a new task', async () => {
    plansTasks('t1', 't2');
    const designs = held();
    const designed: string[] = [];
    flows.when({
      designContract: async ({ todo }) => {
        designed.push(todo.description);
        if (todo.description === 'do it') await designs.promise;
        return answer({ contract: { sha256: '4'.repeat(64), size: 1, mediaType: 'application/json' } });
      },
    });
    const { list } = await planned();
    const corrected = { ...list, summary: 'less', tasks: list.tasks.slice(0, 1) };
    for (const wrong of [{ request: 'steal it' }, { template: 'trading-strategy' }, { subject: { a: 1 } }]) {
      const answered = await post('omar', '/orchestrator/execute', { todo_list: { ...corrected, ...wrong } });
      expect(answered).toMatchObject({ status: 400, body: { message: expect.stringContaining(`todo_list.${Object.keys(wrong)[0]}`) } });
    }
    const run = await begun({ todo_list: corrected, approve: true }, 'omar');
    await reaches(run, { phase: 'building', subtasks: [{ id: 't1' }], subtask_status: { t1: 'designing' } });

    const grant = (body: object) => post('ada', `/orchestrator/grant/${run}`, body);
    expect(await grant({})).toMatchObject({ status: 400, body: { type: 'InvalidInput' } });
    expect(await grant({ steps: 5, usd: 2 })).toMatchObject({ status: 200, body: { budget: { steps: 205 } } });
    const replan = (task: string) => post('ada', `/orchestrator/replan/${run}`, { task_id: task, instruction: 'do it otherwise' });
    expect(await replan('t2')).toMatchObject(refused);
    expect(await replan('t1')).toMatchObject({ status: 202, body: { workflow_id: run, task_id: 't1' } });
    designs.release();

    await reaches(run, { status: 'passed', decisions: [{ granted: true }], budget: { limits: { steps: 205 } } });
    expect(designed.at(-1)).toBe('do it otherwise');
    expect(await grant({ steps: 5 })).toMatchObject(refused);
  });
});

describe('a plan over HTTP', () => {
  it('is told to be on its way, and then is there', async () => {
    const thinking = held();
    flows.when({
      planWork: async ({ id }) => {
        await thinking.promise;
        return answer({ todoList: todoList([{ id: 't1' }], { id }), mind: model });
      },
    });
    const asked = await post('olga', '/planner/plan?wait=0.2', { request: words() });
    expect(asked).toMatchObject({ status: 202, body: { status: 'planning' } });
    const path = `/planner/todo_list/${String(asked.body['todo_list_id'])}`;
    expect(await get(path)).toMatchObject({ status: 202 });
    thinking.release();
    await expect.poll(async () => (await get(path)).status, { timeout: 20_000 }).toBe(200);
  });

  it('that came to none answers why, at once and later', async () => {
    flows.when({
      planWork: async () => {
        throw failure('RequestNotUnderstood', 'no template understands it: set GOOGLE_API_KEY');
      },
    });
    const request = words();
    const why = { status: 422, body: { type: 'RequestNotUnderstood', message: 'no template understands it: set GOOGLE_API_KEY' } };
    expect(await post('olga', '/planner/plan?wait=20', { request })).toMatchObject(why);
    const asked = await post('olga', '/planner/plan?wait=0', { request });
    const path = `/planner/todo_list/${String(asked.body['todo_list_id'])}`;
    await expect.poll(() => get(path), { timeout: 20_000 }).toMatchObject(why);
  });
});

describe('the id of another flow', () => {
  it('is named as what it is', async () => {
    plansTasks('t1');
    const { id } = await planned();
    const run = await begun({ todo_list_id: id });
    expect(await get(`/orchestrator/status/${id}`)).toMatchObject({
      status: 404,
      body: { message: expect.stringContaining('planFeature') },
    });
    for (const path of ['approve', 'grant', 'replan']) {
      const body = { approve: {}, grant: { steps: 1 }, replan: { task_id: 't1', instruction: 'x' } }[path];
      expect(await post('ada', `/orchestrator/${path}/${id}`, body)).toMatchObject({ status: 404, body: { type: 'RunNotFound' } });
    }
    expect(await post('olga', '/orchestrator/task/t1/result', { workflow_id: id, ref: 'main' })).toMatchObject({ status: 404 });
    expect(await get(`/planner/todo_list/${run}`)).toMatchObject({ status: 404 });
    expect(await post('olga', '/orchestrator/execute', { todo_list_id: run })).toMatchObject({ status: 404 });
    expect(await post('olga', '/runs/cancel', { workflowId: run })).toMatchObject({ status: 200 });
  });
});

describe('one agent over HTTP', () => {
  it('works alone, is counted while it does, and shows what it made', async () => {
    plansTasks('t1');
    const designs = held();
    flows.when({
      designContract: async () => {
        await designs.promise;
        return answer({ contract: { sha256: '4'.repeat(64), size: 1, mediaType: 'application/json' } });
      },
    });
    const started = await post('olga', '/agent/architect/task', { request: words() });
    expect(started).toMatchObject({
      status: 202,
      body: { workflow_id: expect.stringMatching(/^agent-task\/architect\/new\//), joined: false },
    });
    const agent = async (role: string) => (await get(`/agent/${role}/status`)).body;
    await expect.poll(() => agent('architect'), { timeout: 20_000 }).toMatchObject({ queue: 'agent-architect', served: true, running: 1 });
    expect(await agent('coder')).toMatchObject({ served: true, running: 0, backlog: 0, pollers: expect.any(Number) });
    designs.release();
    const shown = () => get(`/runs/${String(started.body['workflow_id'])}`);
    await expect.poll(shown, { timeout: 20_000 }).toMatchObject({
      body: { flow: 'runAgentTask', status: 'passed', result: { role: 'architect', contract: { sha256: '4'.repeat(64) } } },
    });
    await expect.poll(() => agent('architect'), { timeout: 20_000 }).toMatchObject({ running: 0 });
  });
});
