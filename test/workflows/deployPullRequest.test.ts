import { WorkflowFailedError } from '@temporalio/client';
import { describe, expect, test } from 'vitest';
import { deployPullRequestId, pullRunId, taskQueues } from '../../schemas/names.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { CommandGiven } from '../../schemas/pullRequest.ts';
import type { PipelineRequest } from '../../schemas/runPipeline.ts';
import { failure } from '../../schemas/failures.ts';
import type { deployPullRequest } from '../../workflows/deployPullRequest.ts';
import { commandGivenSignal, outsideFailureSignal, pullRequestChangedSignal, stateQuery } from '../../workflows/messages.ts';
import { expectCleanHistory, flowTests } from '../support/flows.ts';
import { plan, stage } from '../support/plans.ts';
import { pullRequest, review, sha } from '../support/pullRequests.ts';

const flows = flowTests();
const numbers = { next: 1 };

/** An entity whose GitHub the test changes; `runs` are the inputs of the heads' runs, `answers` and `verdicts` what commands were answered. */
async function open(first = pullRequest(), rules: Record<string, unknown> = {}) {
  const number = numbers.next++;
  const at = { github: { ...first, number } };
  const seen = { runs: [] as PipelineRequest[], answers: [] as string[], verdicts: [] as (string | undefined)[], reviews: 0 };
  flows.when({
    readPullRequest: async () => at.github,
    readRules: async () => ProjectFile.parse(rules),
    openRun: async (request) => (
      seen.runs.push(request),
      { ...plan([stage('test')]), source: { ...plan([]).source, commit: request.commit! } }
    ),
    reviewPullRequest: async () => (seen.reviews++, review()),
    answerCommand: async ({ text, verdict }) => void (seen.answers.push(text), seen.verdicts.push(verdict)),
  });
  const { owner, repo } = first;
  const handle = await flows
    .client()
    .workflow.signalWithStart<typeof deployPullRequest, [{ delivery: string; event: string }]>('deployPullRequest', {
      taskQueue: taskQueues.orchestration,
      workflowId: `${deployPullRequestId({ owner, repo, number })}-${Date.now()}`,
      args: [{ owner, repo, number, settle: '10ms', tellEvery: '10ms' } as never],
      signal: pullRequestChangedSignal,
      signalArgs: [{ delivery: 'first', event: 'opened' }],
    });
  let deliveries = 0;
  const state = () => handle.query(stateQuery);
  return {
    handle,
    seen,
    state,
    until: async (holds: (now: Awaited<ReturnType<typeof state>>) => boolean) =>
      expect.poll(async () => holds(await state()), { timeout: 20_000, interval: 50 }).toBe(true),
    change: async (change: Partial<typeof first>, delivery = `d${++deliveries}`) => {
      at.github = { ...at.github, ...change };
      await handle.signal(pullRequestChangedSignal, { delivery, event: 'synchronize' });
    },
    command: async (verb: CommandGiven['command']['verb'], argument?: string, given: Partial<CommandGiven> = {}) =>
      handle.signal(commandGivenSignal, {
        delivery: `c${++deliveries}`,
        command: { verb, argument },
        by: 'ann',
        association: 'MEMBER',
        ...given,
      }),
    live: () => flows.client().workflow.getHandle(pullRunId(at.github)),
    close: async (merged = false) => {
      at.github = { ...at.github, open: false, merged };
      await handle.signal(pullRequestChangedSignal, { delivery: 'closing', event: 'closed' });
      return await handle.result();
    },
  };
}

const waits = ({ phase }: { phase: string }) => phase === 'waiting';

describe('a pull request', () => {
  test('is reviewed and run once per head, and ends when it is closed', async () => {
    const pull = await open();
    await pull.until(waits);
    expect(pull.seen.runs).toHaveLength(1);
    expect(pull.seen.runs[0]).toMatchObject({
      event: 'pull_request',
      commit: sha('a'),
      base: sha('c'),
      rulesAt: sha('c'),
      branch: 'basket',
      fork: false,
      authors: ['github:bob'],
      review: { approved: true },
    });
    await pull.change({ head: { ...pullRequest().head, sha: pullRequest({ head: sha('b') }).head.sha } });
    await expect.poll(() => pull.seen.runs.length).toBe(2);
    await pull.until(waits);
    expect(await pull.close(true)).toMatchObject({ status: 'merged', commit: sha('b'), runs: 2, deployment_status: 'none' });
    await expectCleanHistory(pull.handle as never);
  });

  test('drops a delivery that comes again, and one that tells nothing new starts nothing', async () => {
    const pull = await open();
    await pull.until(waits);
    await pull.change({}, 'again');
    await pull.change({}, 'again');
    await pull.change({ title: 'Another title' });
    await pull.until(waits);
    expect(await pull.close()).toMatchObject({ status: 'closed', runs: 1 });
    expect(pull.seen.runs).toHaveLength(1);
  });

  test('a newer push takes the place of a run, which is ended first', async () => {
    const pull = await open();
    const started = Promise.withResolvers<void>();
    const cancelled: string[] = [];
    flows.when({
      runTests: async (task) => {
        if (task.source.commit !== sha('a')) return (await import('../support/plans.ts')).result();
        started.resolve();
        const { Context } = await import('@temporalio/activity');
        const beat = setInterval(() => Context.current().heartbeat(), 50);
        try {
          return await Context.current().cancelled;
        } finally {
          cancelled.push(task.source.commit);
          clearInterval(beat);
        }
      },
    });
    await started.promise;
    await pull.change({ head: pullRequest({ head: sha('b') }).head });
    await expect.poll(() => pull.seen.runs.length, { timeout: 15_000 }).toBe(2);
    expect(cancelled).toEqual([sha('a')]);
    await pull.until(waits);
    expect((await pull.state()).partial_results['handled']).toMatchObject({ commit: sha('b'), status: 'passed' });
    await pull.close();
  });

  test.each([
    ['a draft waits', { draft: true }, {}, 0],
    ['a draft runs where the rules say so', { draft: true }, { pull_requests: { drafts: 'run' } }, 1],
  ])('%s', async (_, change, rules, runs) => {
    const pull = await open(pullRequest(change), rules);
    await pull.until(waits);
    expect(pull.seen.runs).toHaveLength(runs);
    if (runs > 0) expect(pull.seen.runs[0]?.withholdDeploys).toMatch(/draft/);
    await pull.change({ draft: false });
    await expect.poll(() => pull.seen.runs.length).toBe(runs + 1);
    await pull.close();
  });

  test('of a fork runs without trust, with the pipeline and rules of the base, under a branch name that is not ours', async () => {
    const pull = await open(pullRequest({ fork: true, trusted: true, head: sha('a') }));
    await pull.until(waits);
    expect(pull.seen.runs[0]).toMatchObject({ fork: true, trusted: false, pipelineAt: sha('c'), rulesAt: sha('c'), branch: 'fork:basket' });
    await pull.close();
  });

  test('that a rule of the review blocks is checked but not deployed', async () => {
    const blocked = review({
      approved: false,
      comments: [{ rule: 'secrets', severity: 'block', message: 'a key in src/a.ts', by: 'rules' }],
    });
    const pull = await open();
    await pull.until(waits);
    flows.when({ reviewPullRequest: async () => blocked });
    await pull.change({ head: pullRequest({ head: sha('b') }).head });
    await expect.poll(() => pull.seen.runs.length).toBe(2);
    expect(pull.seen.runs[1]?.withholdDeploys).toBe('the review holds it: a key in src/a.ts');
    await pull.close();
  });

  test('is not deployed when a workflow of GitHub failed on its head and the rules hold it for that', async () => {
    const pull = await open(pullRequest(), { pull_requests: { outside_failures: 'hold' } });
    await pull.until(waits);
    await pull.handle.signal(outsideFailureSignal, {
      delivery: 'o',
      commit: pullRequest({ head: sha('b') }).head.sha,
      name: 'ci',
      url: 'https://x',
    });
    await pull.change({ head: pullRequest({ head: sha('b') }).head });
    await expect.poll(() => pull.seen.runs.length).toBe(2);
    expect(pull.seen.runs[1]?.withholdDeploys).toBe('ci failed on this commit');
    await pull.close();
  });

  test('whose run cannot be planned goes on waiting for a better push', async () => {
    const pull = await open();
    await pull.until(waits);
    flows.when({ openRun: () => Promise.reject(failure('InvalidConfiguration', 'pipeline.yml: no stages')) });
    await pull.change({ head: pullRequest({ head: sha('b') }).head });
    await pull.until(({ phase, error_log }) => phase === 'waiting' && error_log.some(({ type }) => type === 'InvalidConfiguration'));
    expect(await pull.close()).toMatchObject({ status: 'closed', runs: 2 });
  });

  test('that GitHub does not know fails with the reason', async () => {
    const pull = await open();
    await pull.until(waits);
    flows.when({ readPullRequest: () => Promise.reject(failure('ServiceRefused', 'there is no pull request 7')) });
    await pull.handle.signal(pullRequestChangedSignal, { delivery: 'x', event: 'edited' });
    await expect(pull.handle.result()).rejects.toThrow(WorkflowFailedError);
  });
});

describe('a command', () => {
  test('to run again does the named stage afresh', async () => {
    const pull = await open();
    await pull.until(waits);
    await pull.command('rerun', 'test');
    await expect.poll(() => pull.seen.runs.length).toBe(2);
    expect(pull.seen.runs[1]).toMatchObject({ fresh: ['test'], commit: sha('a') });
    expect(pull.seen.answers).toEqual(['test, and all that needs it, runs again.']);
    await pull.close();
  });

  test('to deploy somewhere starts a run for that environment', async () => {
    const pull = await open();
    await pull.until(waits);
    await pull.command('deploy', 'production');
    await expect.poll(() => pull.seen.runs.length).toBe(2);
    expect(pull.seen.runs[1]).toMatchObject({ environment: 'production' });
    await pull.close();
  });

  test.each([
    ['cancel', undefined, {}, 'unclear', 'Nothing runs.'],
    ['deploy', undefined, {}, 'unclear', 'Say where to: `/mainstay deploy ENVIRONMENT`.'],
    ['approve', undefined, {}, 'unclear', 'Nothing waits for a decision.'],
    ['approve', undefined, { commit: pullRequest({ head: sha('f') }).head.sha }, 'refused', /^Not taken: that was about fffffff/],
    ['rerun', 'test', { association: 'CONTRIBUTOR', by: 'eve' }, 'refused', /^eve may not do that/],
    ['status', undefined, { association: 'NONE' }, 'done', /^Head aaaaaaa: passed\. Deployment: none\. Review: approved\.$/],
  ] as const)('%s %s %o is answered, as %s', async (verb, argument, given, verdict, text) => {
    const pull = await open();
    await pull.until(waits);
    await pull.command(verb, argument, given);
    await expect.poll(() => pull.seen.answers).toEqual([typeof text === 'string' ? text : expect.stringMatching(text)]);
    expect(pull.seen.verdicts).toEqual([verdict]);
    expect(await pull.close()).toMatchObject({ runs: 1 });
  });

  test('to cancel ends the run, and only a push or a rerun starts another', async () => {
    const pull = await open();
    const started = Promise.withResolvers<void>();
    flows.when({
      runTests: async () => {
        started.resolve();
        const { Context } = await import('@temporalio/activity');
        const beat = setInterval(() => Context.current().heartbeat(), 50);
        return await Context.current().cancelled.finally(() => clearInterval(beat));
      },
    });
    await started.promise;
    await pull.command('cancel');
    await pull.until(waits);
    expect((await pull.state()).partial_results['handled']).toMatchObject({ status: 'cancelled' });
    expect(await pull.close()).toMatchObject({ runs: 1 });
  });

  test('that breaks is answered, and the pull request lives on', async () => {
    const pull = await open();
    const release = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    flows.when({
      runTests: async () => (started.resolve(), await release.promise, (await import('../support/plans.ts')).result()),
      rerunStage: () => Promise.reject(failure('NotAuthorized', 'the run does not know us')),
    });
    await started.promise;
    await pull.command('rerun', 'test');
    await expect.poll(() => pull.seen.answers).toEqual(['It could not be done: the run does not know us']);
    release.resolve();
    await pull.until(waits);
    expect(await pull.close()).toMatchObject({ runs: 1 });
  });

  test('a draft that ran is run again, with its deploy, once it is ready', async () => {
    const pull = await open(pullRequest({ draft: true }), { pull_requests: { drafts: 'run' } });
    await pull.until(waits);
    await pull.change({ draft: false });
    await expect
      .poll(() => pull.seen.runs.map(({ withholdDeploys }) => withholdDeploys))
      .toEqual(['the pull request is a draft', undefined]);
    await pull.until(waits);
    await pull.close();
  });

  test('of approval reaches the run with the commenter’s account', async () => {
    const pull = await open();
    const decisions: unknown[] = [];
    const release = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    flows.when({
      runTests: async () => (started.resolve(), await release.promise, (await import('../support/plans.ts')).result()),
      decideOnRun: async (order) => (decisions.push(order), { taken: false, reason: 'bob made the change' }),
    });
    await started.promise;
    await pull.command('approve', 'deploy/1 ship it');
    await expect.poll(() => pull.seen.answers).toEqual(['Not taken: bob made the change']);
    expect(decisions).toMatchObject([{ decision: { verdict: 'approve', by: 'github:ann', request: 'deploy/1', comment: 'ship it' } }]);
    release.resolve();
    await pull.until(waits);
    await pull.close();
  });
});

test('a history that grew long is continued anew, with what is known', async () => {
  const pull = await open();
  await pull.until(waits);
  const { workflowId, signaledRunId } = pull.handle;
  const current = flows.client().workflow.getHandle(workflowId);
  for (let batch = 0; batch < 30 && (await current.describe()).runId === signaledRunId; batch++) {
    const some = Array.from({ length: 100 }, (_, i) => ({ delivery: `many-${batch}-${i}`, event: 'edited' }));
    await Promise.all(some.map((one) => pull.handle.signal(pullRequestChangedSignal, one)));
  }
  await expect.poll(async () => (await current.describe()).runId !== signaledRunId, { timeout: 60_000 }).toBe(true);
  expect(await current.query(stateQuery)).toMatchObject({ partial_results: { runs: 1 } });
  await pull.close();
}, 240_000);
