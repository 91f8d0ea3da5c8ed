import { describe, expect, test } from 'vitest';
import type { ApprovalOutcome, ApprovalStep, Decision } from '../../schemas/approvals.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import { approveSignal, decideUpdate } from '../../workflows/messages.ts';
import { expectCleanHistory, flowTests, type PipelineHandle, stateOf, until } from '../support/flows.ts';
import { plan, result, stage } from '../support/plans.ts';

const flows = flowTests();
const people = { ada: { slack: 'U0ADA' }, bob: {}, cyd: { github: 'cyd-l' }, dan: {} };
const person = (name: keyof typeof people) => ({ name, github: name, ...people[name] });
const team = (...names: (keyof typeof people)[]) => names.map(person);
const leads: ApprovalStep = { role: 'leads', members: team('ada', 'bob', 'cyd'), quorum: 2 };
const owners: ApprovalStep = { role: 'owners', members: team('dan'), quorum: 1 };

const gated = (approvers: ApprovalStep[]) => async () => ({
  ...plan([stage('build'), stage('deploy', { needs: ['build'], approval: true, approvers, environment: 'production' })]),
  rules: ProjectFile.parse({ people }),
});
const asks = (state: { awaiting: unknown[] }) => state.awaiting.length === 1;
const decide = (handle: PipelineHandle, by: string, change: Partial<Decision> = {}) =>
  handle.executeUpdate(decideUpdate, { args: [{ verdict: 'approve', by, ...change }] });
const refusedWith = (message: unknown) => ({ cause: { type: 'DecisionRefused', message } });

describe('a chain', () => {
  test('asks one step after the other and goes on when as many different people agreed as it says', async () => {
    flows.when({ openRun: gated([leads, owners]) });
    const handle = await flows.start();
    await until(handle, asks);
    expect(await decide(handle, 'slack:U0ADA', { comment: 'fine' })).toEqual({
      granted: false,
      waitsFor: 'step 1 of 2: 2 of leads (ada, bob, cyd); agreed: ada',
    });
    expect(await decide(handle, 'github:CYD-L')).toEqual({ granted: false, waitsFor: 'step 2 of 2: owners (dan)' });
    const { awaiting } = await stateOf(handle);
    expect(awaiting).toMatchObject([{ id: 'deploy/1', step: 1, votes: [{ by: 'ada', comment: 'fine' }, { by: 'cyd' }] }]);
    expect(await decide(handle, 'cli:dan')).toEqual({ granted: true });

    expect(await handle.result()).toMatchObject({ status: 'passed' });
    const { decisions } = await stateOf(handle);
    expect(decisions).toMatchObject([{ granted: true, by: 'dan', expired: false }]);
    expect(decisions[0]?.request.votes.map(({ step, by, account }) => [step, by, account])).toEqual([
      [0, 'ada', 'slack:U0ADA'],
      [0, 'cyd', 'github:CYD-L'],
      [1, 'dan', 'cli:dan'],
    ]);
    await expectCleanHistory(handle);
  });

  test('ends with one rejection', async () => {
    flows.when({ openRun: gated([leads, owners]) });
    const handle = await flows.start();
    await until(handle, asks);
    await decide(handle, 'ada');
    expect(await decide(handle, 'bob', { verdict: 'reject', comment: 'not today' })).toEqual({ granted: false });
    expect((await handle.result()).failure).toEqual({ type: 'ApprovalDenied', message: 'rejected by bob: not today' });
  });

  test('reminds as often as its step says', async () => {
    flows.when({ openRun: gated([{ ...owners, within: '1 minute', remindEvery: '100ms' }]) });
    const handle = await flows.start();
    const { awaiting } = await until(handle, (state) => (state.awaiting[0]?.reminders ?? 0) >= 3);
    expect(awaiting[0]?.votes).toEqual([]);
    await decide(handle, 'dan');
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    await expectCleanHistory(handle);
  });

  test('goes to others when the time of a step is over, for the same time again', async () => {
    const escalateTo = { role: 'owners', members: team('dan') };
    flows.when({ openRun: gated([{ ...leads, within: '1 second', onTimeout: 'escalate', escalateTo }]) });
    const handle = await flows.start();
    const { awaiting } = await until(handle, (state) => state.awaiting[0]?.escalated === true);
    expect(Date.parse(awaiting[0]?.deadline ?? '') - Date.parse(awaiting[0]?.askedAt ?? '')).toBeGreaterThanOrEqual(2000);
    await expect(decide(handle, 'ada')).rejects.toMatchObject(refusedWith(expect.stringContaining('owners (dan) (escalated)')));
    await decide(handle, 'dan');
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    await expectCleanHistory(handle);
  });

  test('that nobody answers after it escalated is rejected', async () => {
    const escalateTo = { role: 'owners', members: team('dan') };
    flows.when({ openRun: gated([{ ...leads, within: '100ms', onTimeout: 'escalate', escalateTo }]) });
    const handle = await flows.start();
    expect((await handle.result()).failure).toEqual({
      type: 'ApprovalExpired',
      message: 'not enough people agreed in time; missing: owners (dan) (escalated)',
    });
  });

  test('counts an agreement in advance as far as it goes', async () => {
    flows.when({ openRun: gated([{ ...leads, quorum: 1 }, owners]) });
    const handle = await flows.start({ approvedBy: 'ada' });
    const { awaiting, refusals } = await until(handle, asks);
    expect(awaiting).toMatchObject([{ step: 1, votes: [{ by: 'ada' }] }]);
    expect(refusals).toEqual([]);
    await handle.terminate();
  });

  test('may be granted by a signal that says who sends it, and by none that does not', async () => {
    flows.when({ openRun: gated([owners]) });
    const handle = await flows.start();
    await until(handle, asks);
    await handle.signal(approveSignal);
    await handle.signal(approveSignal, { by: 'github:dan' });
    await handle.signal(approveSignal, { by: 7 } as never);
    await handle.signal(approveSignal, { by: 'dan' });
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    expect((await stateOf(handle)).refusals.map(({ by }) => by)).toEqual(['signal', 'signal:github:dan', 'signal']);
    await expectCleanHistory(handle);
  });
});

describe('a decision is refused, which stands in the record,', () => {
  const cases: { why: string; decision: Partial<Decision> & { by: string }; says: string }[] = [
    { why: 'for an unknown request', decision: { by: 'ada', request: 'deploy/9' }, says: 'no request deploy/9 waits; waiting: deploy/1' },
    { why: 'for something else than is asked', decision: { by: 'ada', digest: 'd0' }, says: 'deploy/1 asks for something else by now' },
    { why: 'of the author', decision: { by: 'github:BOB' }, says: 'bob made the change, and nobody decides about their own' },
    { why: 'of the author by another account', decision: { by: 'cli:cyd' }, says: 'cyd made the change' },
    { why: 'of the author in Slack', decision: { by: 'slack:U0ADA' }, says: 'ada made the change' },
    { why: 'of another role', decision: { by: 'github:dan' }, says: 'step 1 of 2: 2 of leads (ada, bob, cyd)' },
    { why: 'of a forged account', decision: { by: 'slack:U0BOB' }, says: 'slack:U0BOB may not decide deploy/1' },
    { why: 'of a medium that is not known', decision: { by: 'irc:eve' }, says: 'irc:eve may not decide deploy/1' },
  ];
  const authors = ['github:bob', 'github:cyd-l', 'github:ada'];

  test.each(cases)('$why', async ({ decision, says }) => {
    flows.when({ openRun: gated([leads, owners]) });
    const handle = await flows.start({ authors });
    await until(handle, asks);
    await expect(decide(handle, decision.by, decision)).rejects.toMatchObject(refusedWith(expect.stringContaining(says)));
    expect((await stateOf(handle)).refusals).toMatchObject([{ by: decision.by, reason: expect.stringContaining(says) }]);
    const { events } = await handle.fetchHistory();
    const told = events?.map((event) => event.workflowExecutionUpdateCompletedEventAttributes?.outcome?.failure?.message);
    expect(told).toContainEqual(expect.stringContaining(says));
    expect((await stateOf(handle)).awaiting).toMatchObject([{ votes: [] }]);
    await handle.terminate();
  });

  test('when it comes twice, late, or after another one was quicker', async () => {
    const deployed = Promise.withResolvers<void>();
    const release = { environment: 'production', target: 'process' as const, key: 'k', digest: 'sha256:1' };
    flows.when({ openRun: gated([leads]), deployRelease: () => deployed.promise.then(() => release) });
    const handle = await flows.start();
    await until(handle, asks);
    const { awaiting } = await stateOf(handle);
    const digest = awaiting[0]?.digest;
    await decide(handle, 'slack:U0ADA', { digest });
    await expect(decide(handle, 'github:ada', { digest })).rejects.toMatchObject(
      refusedWith(expect.stringContaining('ada has voted already')),
    );

    const race = await Promise.allSettled([decide(handle, 'bob', { digest }), decide(handle, 'cli:cyd', { digest, request: 'deploy/1' })]);
    expect(race.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = race.find((one) => one.status === 'rejected');
    expect(lost?.reason).toMatchObject(refusedWith(expect.stringMatching(/deploy\/1 was decided by (bob|cyd)|nothing waits/)));
    await expect(decide(handle, 'cyd', { request: 'deploy/1' })).rejects.toMatchObject(
      refusedWith(expect.stringMatching(/^deploy\/1 was decided by (bob|cyd) at /)),
    );
    expect((await stateOf(handle)).refusals).toHaveLength(3);
    expect((await stateOf(handle)).decisions).toMatchObject([{ granted: true, request: { votes: [{}, {}] } }]);
    deployed.resolve();
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    await expectCleanHistory(handle);
  });

  test('also where anybody else may decide', async () => {
    flows.when({ openRun: gated([]) });
    const handle = await flows.start({ authors: ['github:ada'] });
    await until(handle, asks);
    for (const by of ['ada', 'cli:Ada', 'slack:U0ADA', 'signal:ADA']) await expect(decide(handle, by)).rejects.toMatchObject(refusedWith(expect.anything()));
    await decide(handle, 'http:eve');
    expect(await handle.result()).toMatchObject({ status: 'passed', decisions: [{ by: 'eve' }] });
  }); // prettier-ignore
});

test('a release whose health is unknown may be kept by any one of the chain, once, and not by its author', async () => {
  flows.when({
    openRun: gated([{ ...leads, onTimeout: 'approve' }, owners]),
    watchRelease: async () => ({ verdict: 'inconclusive', reason: 'no probe could be sent', probes: 0, failed: 0 }),
  });
  const handle = await flows.start({ authors: ['github:ada'] });
  for (const [request, by] of Object.entries({ 'deploy/1': ['bob', 'cyd', 'dan'], 'deploy-keep/1': [] })) {
    await until(handle, (state) => state.awaiting[0]?.id === request);
    for (const one of by) await decide(handle, one);
  }
  expect((await stateOf(handle)).awaiting).toMatchObject([
    { steps: [{ role: 'leads or owners', quorum: 1, members: team('ada', 'bob', 'cyd', 'dan') }], onTimeout: 'reject' },
  ]);
  await expect(decide(handle, 'ada')).rejects.toMatchObject(refusedWith(expect.stringContaining('ada made the change')));
  await decide(handle, 'slack:UDAN').catch(() => undefined);
  await decide(handle, 'dan');
  expect(await handle.result()).toMatchObject({ status: 'passed', decisions: [{ by: 'dan' }, { by: 'dan' }] });
  await expectCleanHistory(handle);
});

describe('an agreement to an earlier commit', () => {
  const image = (digest: string) => async () => result({ artifacts: [{ name: 'shop', kind: 'image' as const, digest }] });
  const next = async () => {
    const planned = await gated([leads])();
    const source = { ...planned.source, commit: 'd'.repeat(40) as never, tree: 'e'.repeat(40) as never };
    return { ...planned, source, stages: planned.stages.map((one) => ({ ...one, leftOut: undefined })) };
  };
  const first = async (): Promise<ApprovalOutcome[]> => {
    flows.when({ openRun: gated([leads]), buildArtifacts: image('sha256:1') });
    const handle = await flows.start();
    await until(handle, asks);
    await decide(handle, 'ada');
    await decide(handle, 'bob');
    return (await handle.result()).decisions;
  };

  test('holds for the next one that would do the same, and says from which commit', async () => {
    const earlierApprovals = await first();
    flows.when({ openRun: next });
    const handle = await flows.start({ earlierApprovals });
    expect(await handle.result()).toMatchObject({
      status: 'passed',
      decisions: [{ granted: true, by: 'bob', carriedFrom: 'a'.repeat(40), request: { commit: 'd'.repeat(40) } }],
    });
    await expectCleanHistory(handle);
  });

  test('is withdrawn when something else would happen, which stands in the record', async () => {
    const earlierApprovals = await first();
    flows.when({ openRun: next, buildArtifacts: image('sha256:2') });
    const handle = await flows.start({ earlierApprovals });
    const { refusals, awaiting } = await until(handle, asks);
    expect(awaiting).toMatchObject([{ votes: [] }]);
    expect(refusals).toMatchObject([
      { by: 'bob', reason: expect.stringContaining('the approval by bob for commit aaaaaaaaaaaa was withdrawn') },
    ]);
    await handle.terminate();
  });

  test('does not count for somebody who has become an author', async () => {
    const earlierApprovals = await first();
    flows.when({ openRun: next });
    const handle = await flows.start({ earlierApprovals, authors: ['github:ada'] });
    const { awaiting } = await until(handle, asks);
    expect(awaiting).toMatchObject([{ votes: [{ by: 'bob' }] }]);
    await decide(handle, 'github:cyd-l');
    expect(await handle.result()).toMatchObject({ status: 'passed' });
  });
});

test('thirty approvals keep the history small', async () => {
  const stages = Array.from({ length: 30 }, (_, i) => stage(`deploy-${i}`, { agent: 'lint', approval: true, approvers: [owners] }));
  flows.when({ openRun: async () => ({ ...plan(stages), rules: ProjectFile.parse({ people }) }) });
  const handle = await flows.start();
  await until(handle, (state) => state.awaiting.length === 30);
  for (const { id } of stages) await decide(handle, 'dan', { request: `${id}/1` });
  expect(await handle.result()).toMatchObject({ status: 'passed' });
  const { historyLength, historySize } = await handle.describe();
  expect(historyLength).toBeLessThan(600);
  expect(historySize).toBeLessThan(250_000);
  await expectCleanHistory(handle);
});
