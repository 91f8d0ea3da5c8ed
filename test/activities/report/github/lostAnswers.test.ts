import { CancelledFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureType } from '../../../../schemas/failures.ts';
import type { TestGitHubRepository } from '../../../support/github/repository.ts';
import { type GitHubServer, startGitHub } from '../../../support/github/startGitHub.ts';
import { result } from '../../../support/plans.ts';
import { announcerOn, at, newsOf, stageRecord, untilDone, writesOf } from './shown.ts';

let server: GitHubServer;
let shop: TestGitHubRepository;
let pull: { number: number; head: string };
let branch = 0;

beforeAll(async () => {
  server = await startGitHub();
  shop = server.repository();
});
afterAll(() => server.close());
beforeEach(async () => {
  pull = await shop.open({ branch: `lost-${++branch}`, files: { 'src/a.ts': 'one\ntwo\nthree\n' } });
});

const release = { environment: 'staging', target: 'docker' as const, key: 'k', digest: 'sha256:abc', url: 'https://staging.test' };
const passed = { iteration: 1, startedAt: at(1), endedAt: at(5), status: 'passed' as const, result: result() };
const finished = () =>
  newsOf(pull, {
    status: 'passed',
    stages: [stageRecord('test', passed), stageRecord('deploy', { ...passed, environment: 'staging', release })],
  });
const running = () => newsOf(pull, { revision: 0, stages: [stageRecord('test', { iteration: 1, startedAt: at(1), status: 'running' })] });
const place = () => ({ owner: 'acme', repo: 'shop', pullRequest: pull.number });
const reviewOrder = () => ({
  place: place(),
  commit: pull.head,
  key: `review/${pull.head}`,
  review: {
    approved: false,
    summary: 'one thing',
    comments: [{ rule: 'debug', severity: 'block' as const, message: 'leftover', path: 'src/a.ts', line: 2, by: 'rules' as const }],
    owners: [],
    notices: [],
  },
});

/** How often each thing is on GitHub. */
const counts = async () => ({
  comments: (await shop.comments(pull.number)).length,
  checks: shop.checkRuns(pull.head).length,
  statuses: shop.statuses(pull.head).length,
  deployments: shop.deployments().filter(({ sha }) => sha === pull.head).map(({ statuses }) => statuses.length),
  labels: shop.labels(pull.number),
  reviews: shop.reviews(pull.number).map(({ comments }) => comments.length),
}); // prettier-ignore
const once = { comments: 1, checks: 2, statuses: 1, deployments: [1], labels: ['mainstay: passed'], reviews: [] };

describe('an effect whose acknowledgement is lost', () => {
  it.each([
    ['the comment', { method: 'POST', path: '/comments' }],
    ['a check', { method: 'POST', path: '/check-runs' }],
    ['the status', { method: 'POST', path: '/repos/acme/shop/statuses/' }],
    ['a deployment', { method: 'POST', path: /\/deployments$/ }],
    ['a deployment status', { method: 'POST', path: /\/deployments\/\d+\/statuses$/ }],
    ['a new label', { method: 'POST', path: /\/shop\/labels$/ }],
    ['the label', { method: 'POST', path: /\/issues\/\d+\/labels$/ }],
  ])('is found again: %s', async (what, request) => {
    if (what === 'a new label') await remove('mainstay: passed');
    const { show } = await announcerOn(server);
    const fault = server.misbehave({ ...request, do: { cut: 'after' } });
    await expect(show(finished())).rejects.toSatisfy((error) => failureType(error) === 'ServiceUnavailable');
    expect(fault.met).toBe(1);
    await show(finished());
    expect(await counts()).toEqual(once);
    expect(await writesOf(server, () => show(finished()))).toEqual([]);
  });

  it.each([
    ['of the comment', { method: 'PATCH', path: '/issues/comments/' }],
    ['of a check', { method: 'PATCH', path: '/check-runs/' }],
    ['by taking the old label away', { method: 'DELETE', path: '/labels/' }],
  ])('is found again: a change %s', async (_, request) => {
    const { show } = await announcerOn(server);
    await show(running());
    const fault = server.misbehave({ ...request, do: { cut: 'after' } });
    await expect(show(finished())).rejects.toSatisfy((error) => failureType(error) === 'ServiceUnavailable');
    expect(fault.met).toBe(1);
    await show(finished());
    expect(await counts()).toEqual({ ...once, statuses: 2 });
    expect(await writesOf(server, () => show(finished()))).toEqual([]);
  });

  it('is found again: the review with its comments, and the answer', async () => {
    const { review, answer } = await announcerOn(server);
    const asked = await shop.comment(pull.number, '/mainstay status');
    const reply = { place: place(), comment: asked.id, text: 'The run goes on.', key: `answer/${asked.id}` };
    server.misbehave({ method: 'POST', path: '/reviews', do: { cut: 'after' } });
    server.misbehave({ method: 'POST', path: '/comments', do: { cut: 'after' } });
    expect(await untilDone(() => review(reviewOrder()))).toBe(2);
    expect(await untilDone(() => answer(reply))).toBe(2);
    expect(await counts()).toMatchObject({ comments: 2, reviews: [1] });
    expect(await writesOf(server, () => review(reviewOrder()))).toEqual([]);
  });

  it('happens once although the connection is cut at thirty random places', async () => {
    const { show, review, answer } = await announcerOn(server);
    const sometimes = { test: (path: string) => path !== '' && Math.random() < 0.4 } as RegExp;
    for (let cuts = 0; cuts < 30;) {
      pull = await shop.open({ branch: `cut-${branch}-${cuts}`, files: { 'src/a.ts': 'one\ntwo\n' } });
      const after = server.misbehave({ method: 'POST', path: sometimes, times: 5, do: { cut: 'after' } });
      const before = server.misbehave({ path: sometimes, times: 2, do: { cut: 'before' } });
      const changes = server.misbehave({ method: 'PATCH', path: sometimes, times: 2, do: { cut: 'after' } });
      await untilDone(() => show(running()));
      await untilDone(() => show(finished()));
      await untilDone(() => review(reviewOrder()));
      await untilDone(() => answer({ place: place(), text: 'Done.', key: 'answer/1' }));
      for (const fault of [after, before, changes]) {
        cuts += fault.met;
        fault.stop();
      }
      expect(await counts()).toEqual({ ...once, comments: 2, statuses: 2, reviews: [1] });
    }
  });

  it('happens once although attempts overlap', async () => {
    const one = await announcerOn(server);
    const other = await announcerOn(server);
    const attempts = [one, other, one, other].map(async ({ show, review }) => {
      await untilDone(() => show(finished()));
      await untilDone(() => review(reviewOrder()));
    });
    await Promise.all(attempts);
    await one.show(finished());
    const checks = shop.checkRuns(pull.head).filter(({ name }) => !name.includes('made twice'));
    const deployments = shop.deployments().filter(({ sha }) => sha === pull.head);
    expect({
      comments: (await shop.comments(pull.number)).length,
      checks: checks.map(({ name, conclusion }) => `${name}: ${conclusion}`).toSorted(),
      releases: deployments.filter(({ statuses }) => statuses.at(-1)?.state === 'success').length,
      asks: shop.reviews(pull.number).filter(({ state }) => state === 'CHANGES_REQUESTED').length,
    }).toEqual({ comments: 1, checks: ['mainstay / deploy: success', 'mainstay / test: success'], releases: 1, asks: 1 });
  });
});

describe('a GitHub that does not do what it is asked', () => {
  it('is asked again after the time that it named when its rate limit is reached', async () => {
    const { show } = await announcerOn(server);
    server.misbehave({
      method: 'POST',
      path: '/comments',
      do: { status: 403, headers: { 'retry-after': '17' }, body: { message: 'secondary rate limit' } },
    });
    const error: unknown = await show(finished()).catch((thrown: unknown) => thrown);
    expect(failureType(error)).toBe('ServiceUnavailable');
    expect(error).toMatchObject({ nextRetryDelay: 17_000 });
    // Nothing more is sent while GitHub asks to wait.
    expect(shop.checkRuns(pull.head)).toEqual([]);
  });

  it('holds up no activity that was cancelled', async () => {
    const { show } = await announcerOn(server);
    const slow = server.misbehave({ method: 'POST', path: '/comments', do: { delayMs: 20_000 } });
    const cancel = new AbortController();
    const told = show(finished(), cancel.signal).catch((error: unknown) => error);
    await expect.poll(() => slow.met).toBe(1);
    cancel.abort();
    expect(await told).toBeInstanceOf(CancelledFailure);
  });

  it('still gets the rest when it refuses one part, and the refusal is told', async () => {
    const { show } = await announcerOn(server);
    server.misbehave({
      method: 'POST',
      path: '/issues/',
      times: 1,
      do: { status: 403, body: { message: 'Unable to create comment because issue is locked.' } },
    });
    await expect(show(finished())).rejects.toSatisfy((error) => failureType(error) === 'ServiceRefused');
    expect(await counts()).toEqual({ ...once, comments: 0 });
  });

  it('refuses to ask changes of its own author: the words are said as a comment', async () => {
    const { review } = await announcerOn(server);
    server.misbehave({
      method: 'POST',
      path: '/reviews',
      do: { status: 422, body: { message: 'Can not request changes on your own pull request' } },
    });
    await review(reviewOrder());
    expect(shop.reviews(pull.number)).toMatchObject([{ state: 'COMMENTED', comments: [{ path: 'src/a.ts', line: 2 }] }]);
  });
});

async function remove(label: string): Promise<void> {
  await fetch(`${server.url}/repos/acme/shop/labels/${encodeURIComponent(label)}`, {
    method: 'DELETE',
    headers: { authorization: `token ${server.token}` },
  });
}
