import { describe, expect, test } from 'vitest';
import { failure } from '../../schemas/failures.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { RunNews } from '../../schemas/runNews.ts';
import { expectCleanHistory, flowTests, stateOf } from '../support/flows.ts';
import { plan, result, stage } from '../support/plans.ts';
import { sha } from '../support/pullRequests.ts';

const flows = flowTests();
const github = { owner: 'acme', repo: 'shop' };
const told = (request: Parameters<typeof flows.start>[0] = {}) => flows.start({ github, tellEvery: '10ms', ...request });
const withRules = (rules: Record<string, unknown>, stages = [stage('lint'), stage('test')]) => ({
  ...plan(stages),
  rules: ProjectFile.parse(rules),
});

describe('telling people how a run stands', () => {
  test('begins with the plan, ends with the result and the report, and never goes back', async () => {
    const news: RunNews[] = [];
    flows.when({ showOnGitHub: async (now) => void news.push(now) });
    const handle = await told();
    await handle.result();
    expect(news[0]).toMatchObject({ status: 'running', place: github, source: { slug: 'acme/shop', commit: sha('a') } });
    expect(news.at(-1)).toMatchObject({ status: 'passed', report: { markdown: { size: 1 } } });
    expect(news.at(-1)?.stages.map(({ status }) => status)).toEqual(['passed', 'passed']);
    const revisions = news.map(({ revision }) => revision);
    expect(revisions).toEqual([...revisions].sort((a, b) => a - b));
    await expectCleanHistory(handle);
  });

  test('costs nothing where nobody asked for it', async () => {
    const handle = await flows.start();
    await handle.result();
    const { events } = await handle.fetchHistory();
    expect((events ?? []).filter((event) => event.activityTaskScheduledEventAttributes?.taskQueue?.name === 'agent-report')).toEqual([]);
  });

  test('tells each place that the rules name', async () => {
    const places: string[] = [];
    flows.when({
      openRun: async () => withRules({ notify: { slack: '#releases', email: 'team@example.com' } }),
      showInSlack: async () => void places.push('slack'),
      sendMail: async () => (places.push('mail'), { sent: ['failed'] }),
    });
    await (await flows.start({ tellEvery: '10ms' })).result();
    expect(new Set(places)).toEqual(new Set(['slack', 'mail']));
  });

  test('hands the mails that went out to the next call', async () => {
    const seen: (string[] | undefined)[] = [];
    flows.when({
      openRun: async () => withRules({ notify: { email: 'team@example.com' } }),
      sendMail: async ({ mailed }) => (seen.push(mailed), { sent: seen.length === 1 ? ['started'] : [] }),
    });
    await (await flows.start({ tellEvery: '10ms' })).result();
    expect(seen[0]).toEqual([]);
    expect(seen.at(-1)).toEqual(['started']);
  });

  test('a place that refuses stands in the record, and the run and the other places go on', async () => {
    let slack = 0;
    flows.when({
      openRun: async () => withRules({ notify: { slack: '#releases' } }),
      showOnGitHub: () => Promise.reject(failure('ServiceRefused', 'GitHub refused: bad credentials')),
      showInSlack: async () => void slack++,
    });
    const handle = await told();
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    expect((await stateOf(handle)).error_log).toContainEqual(
      expect.objectContaining({ step: 'announce: showOnGitHub', type: 'ServiceRefused' }),
    );
    expect(slack).toBeGreaterThan(0);
  });

  test('an update that is still being tried gives way to the last one, which is tried as long as the input says', async () => {
    const statuses: string[] = [];
    flows.when({
      showOnGitHub: async ({ status }) => {
        statuses.push(status);
        if (status === 'running') throw failure('ServiceUnavailable', 'GitHub is away');
      },
    });
    const handle = await told({ tellWithin: '1 minute' });
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    expect(statuses.at(-1)).toBe('passed');
  });

  test('a run that cannot be planned is told too', async () => {
    const news: RunNews[] = [];
    flows.when({
      openRun: () => Promise.reject(failure('InvalidConfiguration', 'pipeline.yml:3: no stages')),
      showOnGitHub: async (now) => void news.push(now),
    });
    const handle = await told({ commit: sha('a') });
    await expect(handle.result()).rejects.toThrow();
    expect(news).toMatchObject([
      { status: 'failed', stages: [], failure: { type: 'InvalidConfiguration', message: 'pipeline.yml:3: no stages' } },
    ]);
  });
});

describe('a push whose release was rolled back', () => {
  const deploy = stage('deploy', { environment: 'production' });
  const unhealthy = async () => ({ verdict: 'fail' as const, reason: 'three probes failed', probes: 3, failed: 3 });

  test.each([
    { revert: true, event: 'push' as const, reverts: 1 },
    { revert: false, event: 'push' as const, reverts: 0 },
    { revert: true, event: 'pull_request' as const, reverts: 0 },
  ])('is proposed for reverting where the rules ask for it: $revert, $event', async ({ revert, event, reverts }) => {
    const orders: unknown[] = [];
    flows.when({
      openRun: async () => withRules({ environments: { production: { revert } } }, [deploy]),
      watchRelease: unhealthy,
      openRevert: async (order) => (orders.push(order), { number: 12, url: 'https://github.example/pull/12' }),
    });
    const outcome = await (await told({ event })).result();
    expect(outcome.status).toBe('failed');
    expect(orders).toHaveLength(reverts);
    if (reverts > 0) {
      expect(orders[0]).toMatchObject({
        place: github,
        commit: sha('a'),
        branch: 'main',
        reason: expect.stringContaining('three probes failed'),
      });
      expect(outcome.notices).toContain('#12 takes the push back: https://github.example/pull/12');
    }
  });

  test('passes on with the reason when no revert can be opened', async () => {
    flows.when({
      openRun: async () => withRules({ environments: { production: { revert: true } } }, [deploy]),
      watchRelease: unhealthy,
      openRevert: () => Promise.reject(failure('ServiceRefused', 'conflict')),
    });
    const handle = await told({ event: 'push' });
    expect(await handle.result()).toMatchObject({ status: 'failed' });
    expect((await stateOf(handle)).error_log).toContainEqual(expect.objectContaining({ step: 'revert' }));
  });
});

test('a failing test run does not announce a result that was not computed', async () => {
  const last: RunNews[] = [];
  flows.when({
    runTests: async () => result({ passed: false, summary: '2 tests failed' }),
    showOnGitHub: async (now) => void last.push(now),
  });
  await (await told()).result();
  expect(last.at(-1)).toMatchObject({ status: 'failed' });
});
