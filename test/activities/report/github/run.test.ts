import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunNews } from '../../../../schemas/runNews.ts';
import { approvalRequest } from '../../../support/approvals.ts';
import type { TestGitHubRepository } from '../../../support/github/repository.ts';
import { type GitHubServer, startGitHub } from '../../../support/github/startGitHub.ts';
import { result } from '../../../support/plans.ts';
import { announcerOn, at, newsOf, runUrl, stageRecord, writesOf } from './shown.ts';

let server: GitHubServer;
let shop: TestGitHubRepository;
let pull: { number: number; head: string };
let branch = 0;
const release = { environment: 'staging', target: 'docker' as const, key: 'k', digest: 'sha256:abc', url: 'https://staging.test/shop' };

beforeAll(async () => {
  server = await startGitHub();
  shop = server.repository();
});
afterAll(() => server.close());
beforeEach(async () => {
  pull = await shop.open({ branch: `feature-${++branch}` });
});

const addLabel = (number: number, label: string) =>
  fetch(`${server.url}/repos/acme/shop/issues/${number}/labels`, {
    method: 'POST',
    headers: { authorization: `token ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ labels: [label] }),
  });

/** What GitHub shows of the run, in a few words. */
const shown = async () => {
  const [comment = { body: '' }, ...others] = await shop.comments(pull.number);
  return {
    comment: /^## .+$/m.exec(comment.body)?.[0],
    comments: 1 + others.length,
    checks: Object.fromEntries(shop.checkRuns(pull.head).map(({ name, status, conclusion }) => [name, conclusion ?? status])),
    status: shop.statuses(pull.head).at(-1)?.state,
    deployments: shop.deployments().filter(({ sha }) => sha === pull.head).map(({ environment, statuses }) => `${environment}: ${statuses.at(-1)?.state}`),
    labels: shop.labels(pull.number),
  }; // prettier-ignore
};

const ran = { iteration: 1, startedAt: at(1) };
const passed = { ...ran, status: 'passed' as const, endedAt: at(5), result: result({ summary: 'all good' }) };
const asked = approvalRequest({ id: 'deploy/1', steps: [{ role: 'platform', quorum: 1, members: [{ name: 'grace' }] }] });
const story: [string, Partial<RunNews>, object][] = [
  [
    'planned',
    { stages: [stageRecord('test'), stageRecord('deploy', { environment: 'staging' })] },
    { comment: '⏳ running', checks: ['queued', 'queued'], status: 'pending', deployments: [], label: 'waiting' },
  ],
  [
    'testing',
    { stages: [stageRecord('test', { ...ran, status: 'running' }), stageRecord('deploy', { environment: 'staging' })] },
    { comment: '⏳ running', checks: ['in_progress', 'queued'], status: 'pending', deployments: [], label: 'waiting' },
  ],
  [
    'waiting for people',
    {
      stages: [stageRecord('test', passed), stageRecord('deploy', { environment: 'staging', status: 'awaitingApproval' })],
      awaiting: [asked],
    },
    { comment: '✋ waits for a decision', checks: ['success', 'in_progress'], status: 'pending', deployments: [], label: 'waiting' },
  ],
  [
    'waiting for the lock',
    {
      stages: [
        stageRecord('test', passed),
        stageRecord('deploy', { environment: 'staging', status: 'awaitingLock', reason: 'locked by run 7' }),
      ],
    },
    { comment: '⏳ running', checks: ['success', 'in_progress'], status: 'pending', deployments: ['staging: queued'], label: 'waiting' },
  ],
  [
    'deploying',
    { stages: [stageRecord('test', passed), stageRecord('deploy', { ...ran, environment: 'staging', status: 'running' })] },
    {
      comment: '⏳ running',
      checks: ['success', 'in_progress'],
      status: 'pending',
      deployments: ['staging: in_progress'],
      label: 'waiting',
    },
  ],
  [
    'watched',
    {
      stages: [
        stageRecord('test', passed),
        stageRecord('deploy', { ...ran, environment: 'staging', status: 'running', release, reason: 'watching' }),
      ],
    },
    {
      comment: '⏳ running',
      checks: ['success', 'in_progress'],
      status: 'pending',
      deployments: ['staging: in_progress'],
      label: 'waiting',
    },
  ],
  [
    'released',
    {
      status: 'passed',
      stages: [stageRecord('test', passed), stageRecord('deploy', { ...passed, environment: 'staging', release })],
    },
    { comment: '✅ passed', checks: ['success', 'success'], status: 'success', deployments: ['staging: success'], label: 'passed' },
  ],
  [
    'rolled back',
    {
      status: 'failed',
      stages: [
        stageRecord('test', passed),
        stageRecord('deploy', { ...ran, environment: 'staging', status: 'failed', release, endedAt: at(9), reason: 'it answered 500' }),
      ],
    },
    {
      comment: '❌ failed, release rolled back',
      checks: ['success', 'failure'],
      status: 'failure',
      deployments: ['staging: failure'],
      label: 'failed',
    },
  ],
];

describe('showOnGitHub', () => {
  it('follows a run from its plan to its rolled back release, and writes nothing that is shown already', async () => {
    const { show } = await announcerOn(server);
    for (const [index, [name, change, wanted]] of story.entries()) {
      const news = newsOf(pull, { ...change, revision: 2 * index + 1 });
      await show(news);
      const { comment, checks, labels, ...rest } = await shown();
      const told = {
        ...rest,
        checks: Object.values(checks),
        label: labels.join().replace('mainstay: ', ''),
        comment: comment?.replace(/^## (.+?): .*$/, '$1'),
      };
      expect(told, name).toEqual({ comments: 1, ...wanted });
      expect(await writesOf(server, () => show({ ...news, revision: news.revision + 1, updatedAt: at(50) })), name).toEqual([]);
    }
    const [deployment] = shop.deployments().filter(({ sha }) => sha === pull.head);
    expect(deployment?.statuses.map(({ state }) => state)).toEqual(['queued', 'in_progress', 'in_progress', 'success', 'failure']);
    expect(deployment?.statuses.at(-1)?.description).toBe('rolled back: it answered 500');
    expect(deployment?.payload).toEqual({ mainstay: `${newsOf(pull).key}/deploy/1` });
  });

  it.each(story)('shows a run that is %s, whatever GitHub showed before', async (_, change, wanted) => {
    const { show } = await announcerOn(server);
    await show(newsOf(pull, change));
    const { checks, status, deployments } = await shown();
    expect({ checks: Object.values(checks), status, deployments }).toEqual({
      checks: 'checks' in wanted ? wanted.checks : [],
      status: 'status' in wanted ? wanted.status : '',
      deployments: 'deployments' in wanted ? wanted.deployments : [],
    });
  });

  it('says what waits for whom, until when, and how to decide', async () => {
    const { show } = await announcerOn(server);
    await show(newsOf(pull, { stages: [stageRecord('deploy', { status: 'awaitingApproval' })], awaiting: [asked] }));
    const [comment] = await shop.comments(pull.number);
    for (const part of [
      'deploy acme/shop to staging',
      '- deploy to staging',
      'platform \\(grace\\)',
      '2026-01-02 00:00 UTC',
      '`/mainstay approve`',
      '`/mainstay reject`',
      runUrl,
    ])
      expect(comment?.body).toContain(part);
    expect(shop.checkRuns(pull.head)[0]?.output.title).toBe('Waits for a decision');
  });

  it('lets no older state overwrite a newer one', async () => {
    const { show } = await announcerOn(server);
    await show(newsOf(pull, { revision: 7, status: 'passed', stages: [stageRecord('test', passed)] }));
    const late = newsOf(pull, { revision: 6, stages: [stageRecord('test', { ...ran, status: 'running' })] });
    expect(await writesOf(server, () => show(late))).toEqual([]);
    expect(await shown()).toMatchObject({ comment: expect.stringContaining('✅ passed'), labels: ['mainstay: passed'], status: 'success' });
  });

  it("leaves comment and labels to the pull request's newer run, and ends the checks of its own commit", async () => {
    const { show } = await announcerOn(server);
    const older = newsOf(pull, { stages: [stageRecord('test', { ...ran, status: 'running' })] });
    await show(older);
    const head = await shop.push({ 'more.txt': 'more\n' }, { branch: `feature-${branch}` });
    const key = 'run-pipeline/acme/shop/2/0198c0de-0000-7000-8000-000000000002';
    await show(newsOf({ ...pull, head }, { key, startedAt: at(20), status: 'passed', stages: [stageRecord('test', passed)] }));
    await show({
      ...older,
      revision: 9,
      status: 'cancelled',
      stages: [stageRecord('test', { ...ran, status: 'cancelled', reason: 'superseded' })],
    });

    expect(shop.checkRuns(pull.head).map(({ conclusion }) => conclusion)).toEqual(['cancelled']);
    expect(shop.checkRuns(head).map(({ conclusion }) => conclusion)).toEqual(['success']);
    expect(await shown()).toMatchObject({ comments: 1, comment: expect.stringContaining('✅ passed'), labels: ['mainstay: passed'] });
  });

  it('gives a stage that is done again a check of its own, and another run on the same commit too', async () => {
    const { show } = await announcerOn(server);
    const failed = stageRecord('test', { ...ran, status: 'failed', endedAt: at(3) });
    const states = [
      [1, failed],
      [2, stageRecord('test', { iteration: 1 })],
      [3, stageRecord('test', { iteration: 2, startedAt: at(6), status: 'running' })],
      [4, stageRecord('test', { ...passed, iteration: 2, startedAt: at(6), endedAt: at(8) })],
    ] as const;
    for (const [revision, stage] of states) await show(newsOf(pull, { revision, stages: [stage] }));
    const key = 'run-pipeline/acme/shop/1/0198c0de-0000-7000-8000-000000000003';
    await show(newsOf(pull, { key, startedAt: at(30), stages: [stageRecord('test')] }));
    expect(
      shop.checkRuns(pull.head).map(({ external_id, conclusion }) => [external_id.split('/').slice(-3).join('/'), conclusion]),
    ).toEqual([
      ['0198c0de-0000-7000-8000-000000000001/test/1', 'failure'],
      ['0198c0de-0000-7000-8000-000000000001/test/2', 'success'],
      ['0198c0de-0000-7000-8000-000000000003/test/1', null],
    ]);
  });

  it('shows a push without a pull request by checks, status and deployments', async () => {
    const { show } = await announcerOn(server);
    const stages = [
      stageRecord('test', passed),
      stageRecord('deploy', { ...passed, environment: 'production', release: { ...release, environment: 'production' } }),
    ];
    await show(newsOf(pull, { status: 'passed', stages, place: { owner: 'acme', repo: 'shop' } }));
    expect(await shown()).toMatchObject({ comment: undefined, status: 'success', deployments: ['production: success'], labels: [] });
    expect(shop.deployments().at(-1)).toMatchObject({ production_environment: true, task: 'deploy' });
  });

  it('lets no late state of a push take back how it ended', async () => {
    const { show } = await announcerOn(server);
    const push = (change: Partial<RunNews>) => newsOf(pull, { place: { owner: 'acme', repo: 'shop' }, ...change });
    const deploy = { environment: 'staging', release };
    await show(push({ status: 'passed', stages: [stageRecord('deploy', { ...passed, ...deploy })] }));
    const late = push({ revision: 0, stages: [stageRecord('deploy', { ...ran, ...deploy, status: 'running' })] });
    expect(await writesOf(server, () => show(late))).toEqual([]);
  });

  it.each([
    ['the first try', 0, ['failure']],
    ['the second try', 1, ['success', 'failure']],
  ])('tells that %s of a deploy did not get its lock', async (_, iteration, states) => {
    const { show } = await announcerOn(server);
    const deploy = (change: object) => [stageRecord('deploy', { environment: 'staging', iteration, startedAt: at(7), ...change })];
    if (iteration > 0) await show(newsOf(pull, { stages: deploy({ ...passed, release }) }));
    await show(newsOf(pull, { revision: 2, stages: deploy({ status: 'awaitingLock', reason: 'waiting for env:staging' }) }));
    const failed = newsOf(pull, { revision: 3, stages: deploy({ status: 'failed', reason: 'locked by run 7', endedAt: at(9) }) });
    await show(failed);
    const shownStates = shop
      .deployments()
      .filter(({ sha }) => sha === pull.head)
      .map(({ statuses }) => statuses.at(-1)?.state);
    expect(shownStates).toEqual(states);
    expect(await writesOf(server, () => show(failed))).toEqual([]);
  });

  it('leaves a release that a later one replaced to GitHub', async () => {
    const { show } = await announcerOn(server);
    const stages = [stageRecord('deploy', { ...passed, environment: 'staging', release })];
    const news = newsOf(pull, { status: 'passed', stages });
    await show(news);
    const later = await shop.open({ branch: `later-${branch}` });
    await show(newsOf(later, { status: 'passed', stages, key: 'run-pipeline/acme/shop/9/0198c0de-0000-7000-8000-000000000009' }));
    expect((await shown()).deployments).toEqual(['staging: inactive']);
    expect(await writesOf(server, () => show({ ...news, revision: 2 }))).toEqual([]);
  });

  it('tells by a token all but the checks, which GitHub takes from Apps only, and says so', async () => {
    const { show } = await announcerOn(server, 'token');
    const writes = await writesOf(server, () => show(newsOf(pull, { status: 'passed', stages: [stageRecord('test', passed)] })));
    expect(writes.join()).not.toContain('check-runs');
    expect(await shown()).toMatchObject({ comments: 1, checks: {}, status: 'success', labels: ['mainstay: passed'] });
    expect((await shop.comments(pull.number))[0]?.body).toContain('Check runs are missing');
  });

  it('changes only its own labels and its own comment', async () => {
    const { show } = await announcerOn(server);
    await show(newsOf(pull));
    const [own] = await shop.comments(pull.number);
    await shop.comment(pull.number, own?.body ?? '', { by: 'mallory' });
    await addLabel(pull.number, 'size: small');
    await show(newsOf(pull, { revision: 2, status: 'passed' }));
    const comments = await shop.comments(pull.number);
    expect(comments.map(({ body }) => /✅|⏳/.exec(body)?.[0])).toEqual(['✅', '⏳']);
    expect(shop.labels(pull.number).toSorted()).toEqual(['mainstay: passed', 'size: small']);
  });
});
