import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCallers, type Person } from '../support/callers.ts';
import { flowTests } from '../support/flows.ts';
import { deliver } from '../support/gateway.ts';
import { checkPayload, pushPayload } from '../support/githubPayloads.ts';
import { makeRepository } from '../support/gitRepository.ts';
import { plan, result, stage } from '../support/plans.ts';

const flows = flowTests();
const open: { callers?: Awaited<ReturnType<typeof openCallers>> } = {};
beforeAll(async () => void (open.callers = await openCallers(flows.client())));
afterAll(() => open.callers?.close());

const call = (...given: Parameters<NonNullable<typeof open.callers>['call']>) => open.callers!.call(...given);
const gated = async () => plan([stage('lint'), stage('deploy', { needs: ['lint'], approval: true, environment: 'staging' })]);
const repository = async () => {
  const made = await makeRepository();
  await made.commit({ [`file-${Math.random()}`]: '1' });
  return made.path;
};
const started = async () =>
  (await call('olga', 'POST', '/runs', { repository: await repository() })).body as { workflowId: string; runId: string };
const waiting = async (workflowId: string) => {
  const { approvals } = (await call('vera', 'GET', '/approvals')).body as {
    approvals: { workflowId: string; request: { id: string; digest: string } }[];
  };
  return approvals.find((approval) => approval.workflowId === workflowId)?.request;
};
const show = async (workflowId: string) => (await call('vera', 'GET', `/runs/${workflowId}`)).body;

describe('the API', () => {
  it('starts a run in the name of the token, shows it and lists it', async () => {
    const answer = await call('olga', 'POST', '/runs', { repository: await repository() });
    expect(answer).toMatchObject({ status: 202, body: { joined: false } });
    const { workflowId } = answer.body as { workflowId: string };
    await expect
      .poll(() => show(workflowId), { timeout: 15_000 })
      .toMatchObject({ status: 'passed', stages: [{ id: 'lint' }, { id: 'test' }] });
    expect(await show(encodeURIComponent(workflowId))).toMatchObject({
      workflowId,
      link: expect.stringContaining('http://ui.test/namespaces/default/'),
    });
    const { runs } = (await call('vera', 'GET', '/runs?status=passed&limit=200')).body as { runs: { workflowId: string }[] };
    expect(runs.map((run) => run.workflowId)).toContain(workflowId);
    expect((await flows.client().workflow.getHandle(workflowId).describe()).memo).toMatchObject({ requestedBy: 'http:olga' });
  });

  it('takes the decision of an approver, in the name of the token, and no second one', async () => {
    flows.when({ openRun: gated });
    const { workflowId } = await started();
    await expect.poll(() => waiting(workflowId), { timeout: 15_000 }).toMatchObject({ id: 'deploy/1' });
    const { digest } = (await waiting(workflowId))!;
    const decide = (change: object) =>
      call('ada', 'POST', '/approvals/decide', { workflowId, request: 'deploy/1', digest, verdict: 'approve', ...change });
    expect(await decide({ digest: '0'.repeat(64) })).toMatchObject({ status: 409, body: { type: 'DecisionRefused' } });
    expect(await decide({ comment: 'seen' })).toMatchObject({ status: 200, body: { granted: true } });
    await expect
      .poll(() => show(workflowId), { timeout: 15_000 })
      .toMatchObject({ status: 'passed', decisions: [{ by: expect.stringMatching(/^(?:http:)?ada$/), comment: 'seen' }] });
    expect(await decide({})).toMatchObject({ status: 409, body: { type: 'DecisionRefused' } });
  });

  it('says whom a decision goes on to wait for', async () => {
    const approvers = [
      { role: 'leads', members: [{ name: 'ada' }], quorum: 1 },
      { role: 'owners', members: [{ name: 'root' }], quorum: 1 },
    ];
    flows.when({ openRun: async () => plan([stage('deploy', { approval: true, approvers, environment: 'staging' })]) });
    const { workflowId } = await started();
    await expect.poll(() => waiting(workflowId), { timeout: 15_000 }).toMatchObject({ id: 'deploy/1' });
    const decide = (who: Person) => call(who, 'POST', '/approvals/decide', { workflowId, request: 'deploy/1', verdict: 'approve' });
    expect(await decide('ada')).toMatchObject({ status: 200, body: { granted: false, waitsFor: 'step 2 of 2: owners (root)' } });
    const last = await decide('root');
    expect(last).toMatchObject({ status: 200, body: { granted: true } });
    expect(last.body).not.toHaveProperty('waitsFor');
  });

  it('lists the locks that a token acquired', async () => {
    const lock = { resource: 'env:gateway-test', id: 'one' };
    expect(await call('olga', 'POST', '/locks/acquire', lock)).toMatchObject({ status: 200, body: { state: 'granted' } });
    const ours = async () => {
      const { locks } = (await call('vera', 'GET', '/locks')).body as { locks: { resource: string }[] };
      return locks.find(({ resource }) => resource === lock.resource);
    };
    await expect.poll(ours, { timeout: 15_000 }).toMatchObject({ holders: [{ holder: { name: 'http:olga' } }] });
    expect(await call('vera', 'GET', `/locks/${lock.resource}`)).toMatchObject({ status: 200, body: { is_locked: true } });
    expect(await call('vera', 'GET', '/locks/NoSuchKind')).toMatchObject({ status: 400, body: { type: 'InvalidInput' } });
    expect(await call(undefined, 'GET', '/locks')).toMatchObject({ status: 401 });
    expect(await call('olga', 'POST', '/locks/release', lock)).toMatchObject({ status: 200, body: { released: true } });
  });

  it('steers: pauses, resumes, does a stage again, cancels', async () => {
    flows.when({ openRun: gated });
    const { workflowId } = await started();
    await expect.poll(() => waiting(workflowId), { timeout: 15_000 }).toBeDefined();
    const steer = (verb: string, more = {}) => call('olga', 'POST', `/runs/${verb}`, { workflowId, ...more });
    expect(await steer('pause')).toMatchObject({ status: 200, body: { did: 'pause' } });
    expect(await show(workflowId)).toMatchObject({ paused: true });
    expect(await steer('resume')).toMatchObject({ status: 200 });
    expect(await steer('rerun', { stage: 'lint' })).toMatchObject({ status: 200, body: { live: true } });
    expect(await steer('rerun', { stage: 'nothing' })).toMatchObject({ status: 409, body: { type: 'DecisionRefused' } });
    expect(await steer('cancel')).toMatchObject({ status: 200 });
    await expect.poll(() => show(workflowId), { timeout: 15_000 }).toMatchObject({ status: 'cancelled' });
    expect(await steer('pause')).toMatchObject({ status: 409, body: { type: 'DecisionRefused' } });
  });
});

describe('"Re-run" of a check on a live run', () => {
  it('does the stage again, once for each delivery', async () => {
    let lints = 0;
    flows.when({
      openRun: gated,
      lintCode: async () => {
        lints += 1;
        return result();
      },
    });
    const pushed = await deliver({ url: open.callers!.url, event: 'push', payload: pushPayload() });
    const [{ workflowId } = { workflowId: '' }] = pushed.body['actions'] as { workflowId: string }[];
    await expect.poll(() => waiting(workflowId), { timeout: 15_000 }).toBeDefined();
    const { runId } = (await show(workflowId)) as { runId: string };
    const again = () =>
      deliver({ url: open.callers!.url, event: 'check_run', payload: checkPayload(`${workflowId}/${runId}/lint`), delivery: 'click' });
    const answers = await Promise.all([again(), again()]);
    answers.push(await again());
    expect(answers.map(({ status, body }) => [status, body['accepted']])).toEqual(Array.from({ length: 3 }, () => [202, true]));
    await expect.poll(() => waiting(workflowId), { timeout: 15_000 }).toMatchObject({ id: 'deploy/2' });
    expect(lints).toBe(2);
    const unknown = await deliver({ url: open.callers!.url, event: 'check_run', payload: checkPayload(`${workflowId}/${runId}/nothing`) });
    expect(unknown).toMatchObject({ status: 202, body: { accepted: false, reason: expect.stringContaining('nothing') } });
    await flows.client().workflow.getHandle(workflowId).cancel();
  });
});

describe('what a token may not do', () => {
  it.each<[string, number, Person | undefined, 'GET' | 'POST', string, unknown?]>([
    ['nobody lists', 401, undefined, 'GET', '/runs'],
    ['a viewer starts', 403, 'vera', 'POST', '/runs', { repository: '/x' }],
    ['a viewer cancels', 403, 'vera', 'POST', '/runs/cancel', { workflowId: 'x' }],
    ['an approver starts', 403, 'ada', 'POST', '/runs', { repository: '/x' }],
    ['an operator decides', 403, 'olga', 'POST', '/approvals/decide', { workflowId: 'x', request: 'deploy/1', verdict: 'approve' }],
    ['an operator agrees in advance', 403, 'olga', 'POST', '/runs', { repository: '/x', approve: true }],
    ['an operator lets time agree', 403, 'olga', 'POST', '/runs', { repository: '/x', onApprovalTimeout: 'approve' }],
  ])('%s: %i', async (_, status, who, method, path, body) => {
    expect(await call(who, method, path, body)).toMatchObject({ status, body: { type: 'NotAuthorized', message: expect.any(String) } });
  });

  it.each<[string, number, string, string, unknown?]>([
    ['a name for the one who agrees', 400, 'InvalidInput', '/runs', { repository: '/x', approvedBy: 'ada' }],
    ['an author', 400, 'InvalidInput', '/runs', { repository: '/x', authors: [] }],
    ['earlier approvals', 400, 'InvalidInput', '/runs', { repository: '/x', earlierApprovals: [] }],
    ['rules of another commit', 400, 'InvalidInput', '/runs', { repository: '/x', rulesAt: 'a'.repeat(40) }],
    ['a repository that is an option', 400, 'InvalidInput', '/runs', { repository: '--upload-pack=x' }],
    ['a process without trust', 424, 'IsolationUnavailable', '/runs', { repository: '/x', isolation: 'process' }],
    ['a run that is none', 404, 'RunNotFound', '/runs/cancel', { workflowId: 'resource-lock/env:production' }],
    ['no run', 400, 'InvalidInput', '/runs/cancel', {}],
    ['a decision that is none', 400, 'InvalidInput', '/approvals/decide', { workflowId: 'x', request: 'deploy/1', verdict: 'maybe' }],
  ])('even with all rights, name %s: %i', async (_, status, type, path, body) => {
    expect(await call('root', 'POST', path, body)).toMatchObject({ status, body: { type, message: expect.any(String) } });
  });

  it('and who asks too often has to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 700 }, () => call(undefined, 'GET', '/runs')));
    const counted = Map.groupBy(answers, ({ status }) => status);
    expect(new Set(counted.keys())).toEqual(new Set([401, 429]));
    expect(counted.get(429)?.[0]?.body).toMatchObject({ type: 'TooManyRequests' });
  });
});
