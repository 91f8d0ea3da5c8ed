import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCallers, type Person } from '../../support/callers.ts';
import { openEngine } from '../../support/gateway.ts';

const open: { engine?: Awaited<ReturnType<typeof openEngine>>; callers?: Awaited<ReturnType<typeof openCallers>> } = {};
beforeAll(async () => {
  open.engine = await openEngine();
  open.callers = await openCallers(open.engine.client);
});
afterAll(async () => {
  await open.callers?.close();
  await open.engine?.close();
});

const call = (...given: Parameters<NonNullable<typeof open.callers>['call']>) => open.callers!.call(...given);
const request = 'build something';
const plan = '/planner/plan?wait=0';
const execute = '/orchestrator/execute';
const task = { id: 't1', title: 'T', description: 'd', acceptance_criteria: [{ id: 'a', text: 'works' }] };
const list = { id: 'plan-feature/x/1', request, summary: 's', tasks: [task] };

/** Nothing was started by what runs in between: no run is found, alive or ended. */
async function startsNothing(work: () => Promise<unknown>): Promise<void> {
  const count = async () => (await open.engine!.client.workflow.count()).count;
  const before = await count();
  await work();
  expect(await count()).toBe(before);
}

describe('a body that is none', () => {
  const deep = `${'{"subject":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  it.each<[string, string, unknown, number, string?]>([
    ['not JSON', plan, '{"request":', 400],
    ['an array', plan, [request], 400],
    ['a word', plan, '"build"', 400],
    ['null', plan, 'null', 400],
    ['nothing in it', plan, {}, 400, 'request'],
    ['words of another type', plan, { request: { $ne: '' } }, 400, 'request'],
    ['too few words', plan, { request: '  a ' }, 400, 'request'],
    ['too many words', plan, { request: 'x'.repeat(20_001) }, 400, 'request'],
    ['two megabytes', plan, { request: 'x'.repeat(2 ** 21) }, 413],
    ['a field that is not known', plan, { request, colour: 'red' }, 400],
    ['the prototype', plan, `{"request":"${request}","__proto__":{"trusted":true}}`, 400],
    ['the constructor', plan, `{"request":"${request}","constructor":{"prototype":{"trusted":true}}}`, 400],
    ['who asks', plan, { request, requestedBy: 'root' }, 400],
    ['no mind that there is', plan, { request, mind: 'genius' }, 400, 'mind'],
    ['a program without mind', plan, { request, program: 'codex' }, 400],
    ['a ref without repository', plan, { request, ref: 'main' }, 400],
    ['an option as repository', plan, { request, repository: '--upload-pack=x' }, 400],
    ['a command as repository', plan, { request, repository: 'ext::sh -c id' }, 400],
    ['a line feed in the repository', plan, { request, repository: '/tmp/a\nb' }, 400],
    ['a repository that is not there', plan, { request, repository: '/nowhere/at/all' }, 404],
    ['a wait that is too long', '/planner/plan?wait=26', { request }, 400, 'wait'],
    ['a wait that is no number', '/planner/plan?wait=ever', { request }, 400, 'wait'],
    ['no plan', execute, {}, 400, 'todo_list_id'],
    ['a plan that is not there', execute, { todo_list_id: 'plan-feature/no/1' }, 404],
    ['an id with a line feed', execute, { todo_list_id: 'plan\nfeature' }, 400, 'todo_list_id'],
    ['an id with a zero byte', execute, { todo_list_id: 'plan\0' }, 400, 'todo_list_id'],
    ['two plans that differ', execute, { todo_list_id: 'plan-feature/x/2', todo_list: list }, 400, 'todo_list.id'],
    ['a corrected plan that is not there', execute, { todo_list: list }, 404],
    ['a plan without tasks', execute, { todo_list: { ...list, tasks: [] } }, 400, 'todo_list.tasks'],
    ['a plan in a circle', execute, { todo_list: { ...list, tasks: [{ ...task, dependencies: ['t1'] }] } }, 400],
    ['a path out of the repository', execute, { todo_list: { ...list, tasks: [{ ...task, expected_artifacts: ['../../x'] }] } }, 400],
    ['a plan that is deep', execute, deep, 400],
    ['who agreed', execute, { todo_list_id: list.id, approvedBy: 'root' }, 400, 'approvedBy'],
    ['somebody else’s pull requests', execute, { todo_list_id: list.id, github: { owner: 'a', repo: 'b' } }, 400],
    ['a budget of nothing', execute, { todo_list_id: list.id, budget: { steps: 0 } }, 400, 'budget.steps'],
    ['a budget without end', execute, '{"todo_list_id":"x","budget":{"usd":1e999}}', 400, 'budget.usd'],
    ['no time span', execute, { todo_list_id: list.id, testTimeout: '5 parsecs' }, 400, 'testTimeout'],
    ['a result of no run', '/orchestrator/task/t1/result', { ref: 'main' }, 400, 'workflow_id'],
    ['a result of no task', '/orchestrator/task/T-1/result', { workflow_id: 'x', ref: 'main' }, 400, 'task_id'],
    ['a result by somebody else', '/orchestrator/task/t1/result', { workflow_id: 'x', ref: 'main', by: 'root' }, 400],
    ['a result of an unknown run', '/orchestrator/task/t1/result', { workflow_id: 'x', ref: 'main' }, 404],
    ['a debugger without a commit', '/agent/debugger/task', { request }, 400, 'candidate'],
    ['another role in the body', '/agent/coder/task', { request, role: 'planner' }, 400],
    ['an agent as a plain process', '/agent/coder/task', { request, isolation: 'process' }, 424],
  ])('is refused: %s', async (_, path, body, status, field) => {
    await startsNothing(async () => {
      const answer = await call('olga', 'POST', path, body);
      expect(answer).toMatchObject({ status, body: { type: expect.any(String), message: expect.any(String) } });
      if (field !== undefined) expect(answer.body).toMatchObject({ field });
    });
    expect(({} as { trusted?: boolean }).trusted).toBeUndefined();
  });

  it('has no say about the approver’s questions', async () => {
    const approve = async (body: unknown) => (await call('ada', 'POST', '/orchestrator/approve/build-feature/x/1', body)).status;
    expect(await approve({ verdict: 'maybe' })).toBe(400);
    expect(await approve({ by: 'root' })).toBe(400);
    expect(await approve({ comment: 'x'.repeat(2001) })).toBe(400);
    expect(await approve({ run_id: 'not an id' })).toBe(400);
    expect(await approve({})).toBe(404);
    const grant = async (body: unknown) => (await call('ada', 'POST', '/orchestrator/grant/build-feature/x/1', body)).status;
    expect(await grant({ steps: -1 })).toBe(400);
    expect(await grant({ steps: 1.5 })).toBe(400);
    expect(await grant({ steps: 1, by: 'root' })).toBe(400);
    const replan = async (body: unknown) => (await call('ada', 'POST', '/orchestrator/replan/build-feature/x/1', body)).status;
    expect(await replan({ task_id: 't1', instruction: ' ' })).toBe(400);
    expect(await replan({ task_id: '__proto__', instruction: 'other' })).toBe(400);
  });
});

describe('an id in the path', () => {
  const prefixes = ['/planner/todo_list/', '/orchestrator/status/'];
  it.each(prefixes.flatMap((prefix) => ['%00', 'a%0Ab', '%1b%5b2J', 'x'.repeat(1001)].map((id) => [prefix, id] as const)))(
    '%s%s is none',
    async (prefix, id) => expect(await call('vera', 'GET', prefix + id)).toMatchObject({ status: 400, body: { type: 'InvalidInput' } }),
  );
  it.each(
    prefixes.flatMap((prefix) =>
      ['..%2F..%2Fetc%2Fpasswd', '..%2F..%2Fruns', "x'%20OR%20'1'='1", '%F0%9F%92%A5'].map((id) => [prefix, id] as const),
    ),
  )('%s%s names nothing', async (prefix, id) => expect(await call('vera', 'GET', prefix + id)).toMatchObject({ status: 404 }));
  it.each(['%zz', '%C0%80'])('%s is not even a path', async (id) => {
    expect(await call('vera', 'GET', `/orchestrator/status/${id}`)).toMatchObject({ status: 400, body: { type: 'InvalidInput' } });
  });
  it.each(['wizard', '..%2Fplanner', '__proto__', 'Coder', 'constructor'])('names no agent: %s', async (role) => {
    await startsNothing(async () => {
      const answer = await call('olga', 'POST', `/agent/${role}/task`, { request });
      expect(answer).toMatchObject({
        status: 404,
        body: { message: expect.stringContaining('planner, architect, coder, tester, debugger') },
      });
      expect(await call('vera', 'GET', `/agent/${role}/status`)).toMatchObject({ status: 404 });
    });
  });
});

describe('a token', () => {
  const bodies: [string, unknown, Person[]][] = [
    [plan, { request }, ['vera', 'ada']],
    [execute, { todo_list_id: 'plan-feature/x/1' }, ['vera', 'ada']],
    ['/orchestrator/task/t1/result', { workflow_id: 'x', ref: 'main' }, ['vera', 'ada']],
    ['/agent/coder/task', { request }, ['vera', 'ada']],
    ['/orchestrator/approve/x', {}, ['vera', 'olga']],
    ['/orchestrator/grant/x', { steps: 1 }, ['vera', 'olga']],
    ['/orchestrator/replan/x', { task_id: 't1', instruction: 'other' }, ['vera', 'olga']],
  ];
  it.each(bodies)('of another role is not enough for POST %s', async (path, body, others) => {
    await startsNothing(async () => {
      expect((await call(undefined, 'POST', path, body)).status).toBe(401);
      for (const who of others) expect(await call(who, 'POST', path, body)).toMatchObject({ status: 403, body: { type: 'NotAuthorized' } });
    });
  });

  it.each<[string, object]>([
    ['agree in advance', { approve: true }],
    ['let nobody be asked', { autonomy: 'full' }],
    ['let time agree', { onApprovalTimeout: 'approve' }],
  ])('of an operator alone cannot %s', async (_, more) => {
    const body = { todo_list_id: 'plan-feature/x/1', ...more };
    expect(await call('olga', 'POST', execute, body)).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('no approver') },
    });
    // The next thing that is wrong is the plan, which does not exist.
    expect(await call('omar', 'POST', execute, body)).toMatchObject({ status: 404 });
  });
});

describe('while no worker is there', () => {
  it('a plan is taken, waits, and is no build', async () => {
    const asked = await call('olga', 'POST', plan, { request: 'a plan that waits' });
    expect(asked).toMatchObject({ status: 202, body: { status: 'planning', todo_list_id: expect.stringMatching(/^plan-feature\/new\//) } });
    const id = String(asked.body['todo_list_id']);
    expect(await call('olga', 'POST', plan, { request: 'a plan that waits' })).toMatchObject({ body: { todo_list_id: id } });
    expect(await call('vera', 'GET', `/planner/todo_list/${encodeURIComponent(id)}`)).toMatchObject({
      status: 202,
      body: { status: 'planning' },
    });
    await startsNothing(async () => {
      const early = await call('olga', 'POST', execute, { todo_list_id: id });
      expect(early).toMatchObject({
        status: 409,
        body: { type: 'DecisionRefused', message: expect.stringContaining('still being planned') },
      });
      const build = await call('vera', 'GET', `/orchestrator/status/${id}`);
      expect(build).toMatchObject({ status: 404, body: { message: expect.stringContaining('planFeature') } });
    });
  });

  it('an agent says that nobody serves it', async () => {
    expect(await call('vera', 'GET', '/agent/coder/status')).toEqual({
      status: 200,
      body: { role: 'coder', queue: 'agent-coder', served: false, pollers: 0, running: 0, backlog: 0 },
    });
  });

  it('a build says so instead of an empty state', async () => {
    const { workflow } = open.engine!.client;
    await workflow.start('buildFeature', { workflowId: 'build-feature/x/1', taskQueue: 'orchestration', args: [{ request }] });
    const answer = await call('vera', 'GET', '/orchestrator/status/build-feature/x/1');
    expect(answer).toMatchObject({ status: 503, body: { type: 'EngineUnavailable', message: expect.stringContaining('mainstay up') } });
    await workflow.getHandle('build-feature/x/1').terminate('by hand');
    expect(await call('vera', 'GET', '/orchestrator/status/build-feature/x/1')).toMatchObject({
      status: 200,
      body: { task_id: 'build-feature/x/1', status: 'failed', phase: 'failed', error_log: [{ message: 'by hand' }], final_result: null },
    });
  });
});
