import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failureType } from '../../../../schemas/failures.ts';
import type { Review } from '../../../../schemas/review.ts';
import type { TestGitHubRepository } from '../../../support/github/repository.ts';
import { type GitHubServer, startGitHub } from '../../../support/github/startGitHub.ts';
import { announcerOn, newsOf, stageRecord, writesOf } from './shown.ts';

let server: GitHubServer;
let shop: TestGitHubRepository;
let fork: TestGitHubRepository;
let pull: { number: number; head: string };
let branch = 0;

beforeAll(async () => {
  server = await startGitHub({ repositories: ['acme/shop', { name: 'mallory/shop', parent: 'acme/shop' }] });
  shop = server.repository('acme/shop');
  fork = server.repository('mallory/shop');
});
afterAll(() => server.close());
beforeEach(async () => {
  pull = await shop.open({ branch: `words-${++branch}`, files: { 'src/a.ts': 'one\ntwo\nthree\n' } });
});

const place = () => ({ owner: 'acme', repo: 'shop', pullRequest: pull.number });
const comment = (change: Partial<Review['comments'][number]>) => ({
  rule: 'debug',
  severity: 'warn' as const,
  message: 'leftover',
  by: 'rules' as const,
  ...change,
});
const order = (change: Partial<Review> = {}) => ({
  place: place(),
  commit: pull.head,
  key: `review/${pull.head}`,
  review: { approved: true, summary: 'looks fine', comments: [], owners: [], notices: [], ...change },
});

describe('publishReview', () => {
  it('comments on lines of the diff and says the rest in the body', async () => {
    const { review } = await announcerOn(server);
    const comments = [
      comment({ path: 'src/a.ts', line: 2, severity: 'block' }),
      comment({ path: 'src/a.ts', line: 99, message: 'outside' }),
      comment({ path: 'README.md', line: 1, message: 'unchanged file' }),
      comment({ message: 'the whole', by: 'model' }),
    ];
    await review(order({ approved: false, comments, model: 'm-1', owners: ['@acme/platform'] }));
    const [made] = shop.reviews(pull.number);
    expect(made).toMatchObject({
      state: 'CHANGES_REQUESTED',
      commit_id: pull.head,
      comments: [{ path: 'src/a.ts', line: 2, body: '⛔ leftover (debug)' }],
    });
    for (const part of [
      'src/a.ts:99: ⚠️ outside',
      'README.md:1: ⚠️ unchanged file',
      '⚠️ the whole (debug) (second opinion of a model)',
      '@\u200bacme/platform',
      'm-1',
    ])
      expect(made?.body).toContain(part);
  });

  it('never approves, also when nothing blocks', async () => {
    const { review } = await announcerOn(server);
    await review(order());
    expect(shop.reviews(pull.number).map(({ state }) => state)).toEqual(['COMMENTED']);
  });

  it('is made for each commit once, and not held back by a marker that somebody else wrote', async () => {
    const { review } = await announcerOn(server);
    const marker = `<!-- mainstay:review key=${encodeURIComponent(order().key)} -->\nnothing to see`;
    await shop.review(pull.number, { by: 'mallory', state: 'COMMENTED', body: marker });
    for (let time = 0; time < 3; time++) await review(order({ approved: false }));
    await review({ ...order(), key: 'review/another' });
    expect(shop.reviews(pull.number).map(({ state, user }) => `${user.login}: ${state}`)).toEqual([
      'mallory: COMMENTED',
      'mainstay[bot]: CHANGES_REQUESTED',
      'mainstay[bot]: COMMENTED',
    ]);
  });

  it('says everything in the body when the head has moved on and its lines with it', async () => {
    const { review } = await announcerOn(server);
    server.misbehave({ method: 'POST', path: '/reviews', times: 2, do: { status: 422, body: { message: 'Line could not be resolved' } } });
    await review(order({ approved: false, comments: [comment({ path: 'src/a.ts', line: 2 })] }));
    const [made] = shop.reviews(pull.number);
    expect(made).toMatchObject({ state: 'COMMENTED', comments: [] });
    expect(made?.body).toContain('`src/a.ts:2` ⚠️ leftover');
  });

  it('needs a pull request', async () => {
    const { review } = await announcerOn(server);
    const nowhere = { ...order(), place: { owner: 'acme', repo: 'shop' } };
    await expect(review(nowhere)).rejects.toSatisfy((error) => failureType(error) === 'InvalidInput');
  });
});

describe('answerCommand', () => {
  it.each([
    ['linus may not do that.', 'refused', '-1'],
    ['Nothing of it is new.', 'done', '+1'],
    ['Approved by nobody so far.', 'unclear', 'confused'],
    ['Approved by ada.', undefined, '+1'],
    ['Not taken: you made the change.', undefined, '-1'],
    ['Say where to: `/mainstay deploy ENVIRONMENT`.', undefined, 'confused'],
  ] as const)('answers %j (%s) once, and with a sign', async (text, verdict, sign) => {
    const { answer } = await announcerOn(server);
    const asked = await shop.comment(pull.number, '/mainstay approve');
    const reply = { place: place(), comment: asked.id, text, verdict, key: `answer/${asked.id}` };
    const writes = await writesOf(server, () => answer(reply));
    await answer(reply);
    expect(writes[0]).toBe(`POST /repos/acme/shop/issues/comments/${asked.id}/reactions`);
    expect(server.requests({ method: 'POST', path: `${asked.id}/reactions` })[0]?.body).toContain(`"${sign}"`);
    const answers = (await shop.comments(pull.number)).slice(1).map(({ body }) => body);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.split('\n')[1]).toBe(text);
  });

  it('is not held back by the marker of somebody else, and answers the next delivery anew', async () => {
    const { answer } = await announcerOn(server);
    await shop.comment(pull.number, '<!-- mainstay:answer key=answer%2F1 -->\nall is well', { by: 'mallory' });
    await answer({ place: place(), text: 'one', key: 'answer/1' });
    await answer({ place: place(), text: 'two', key: 'answer/2' });
    expect(await shop.comments(pull.number)).toHaveLength(3);
  });

  it('survives that the comment which asked was deleted', async () => {
    const { answer } = await announcerOn(server);
    await answer({ place: place(), comment: 987_654, text: 'Done.', key: 'answer/3' });
    expect((await shop.comments(pull.number)).map(({ body }) => body.split('\n')[1])).toEqual(['Done.']);
  });
});

describe('a pull request from a fork', () => {
  it('is shown by text alone, from the repository that it goes to', async () => {
    pull = await shop.open({ branch: `forked-${branch}`, from: fork, by: 'mallory' });
    const { show, review } = await announcerOn(server);
    await show(newsOf(pull, { stages: [stageRecord('test', { status: 'running', iteration: 1 })] }));
    await review(order());
    expect(await shop.comments(pull.number)).toHaveLength(1);
    expect(shop.checkRuns(pull.head)).toHaveLength(1);
    expect(fork.checkRuns()).toEqual([]);
  });
});
