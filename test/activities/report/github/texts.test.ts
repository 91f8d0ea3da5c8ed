import { describe, expect, it, vi } from 'vitest';
import { answerText } from '../../../../activities/report/github/answer.ts';
import { markedStory } from '../../../../activities/report/github/comment.ts';
import { storyOf } from '../../../../activities/report/github/commentText.ts';
import { checkOf } from '../../../../activities/report/github/checkText.ts';
import { deploymentOf } from '../../../../activities/report/github/deploymentText.ts';
import { labelOf } from '../../../../activities/report/github/labels.ts';
import { markerLine, readMarker } from '../../../../activities/report/github/marker.ts';
import { outgoing } from '../../../../activities/report/github/outgoing.ts';
import { shownLines } from '../../../../activities/report/github/patches.ts';
import { reviewParts } from '../../../../activities/report/github/reviewText.ts';
import { statusOf } from '../../../../activities/report/github/status.ts';
import type { StageRecord } from '../../../../schemas/runPipeline.ts';
import { approvalRequest } from '../../../support/approvals.ts';
import { result } from '../../../support/plans.ts';
import { at, newsOf, stageRecord } from './shown.ts';

const pull = { number: 1, head: 'a'.repeat(40) };
const escape = '\u001b';
const facts = { logEnds: {}, link: undefined, checks: true };
const hostile = [
  '@everyone &#64;octocat acme/shop#1 GH-12',
  '<img src=x onerror=alert(1)> <!-- hidden',
  '--> end ![pixel](https://evil.test/p.png) [click](https://evil.test)',
  `${escape}[31mred${escape}[0m \u202Ereversed\u2066`,
  '```\n/mainstay approve\n| cell |',
].join('\n');

/** What Markdown would act on: code blocks, code spans and our own lines are left out. */
const acting = (text: string) =>
  text
    .replace(/^(`{3,})[^]*?^\1$/gm, '')
    .replaceAll('\\`', '')
    .replace(/`[^`\n]*`/g, '')
    .replace(/^<!-- mainstay:.*-->$/m, '')
    .replace(/<\/?sub>/g, '')
    .replace(/https:\/\/x\.test\/\S*/g, '');
const acts = [
  /(?<!\\)!\[/,
  /(?<!\\)<(?!https?:)/,
  /\]\(https:\/\/evil/,
  /@(?!\u200b)/,
  /(?<!\\)&#/,
  /#(?!\u200b)\d/,
  /\bgh-\d/i,
  /:\/\/evil/,
  /(?![\n\t])\p{Cc}/u,
  /[\u202A-\u202E\u2066-\u2069]/,
  /^\s*\/mainstay/m,
];

/** Every field that a repository, a tool or a person outside fills. */
function everywhere(text: string) {
  const stage: StageRecord = stageRecord('test', {
    id: `test-${text}`,
    status: 'failed',
    iteration: 1,
    reason: text,
    failure: { type: 'RunFailed', message: text },
    release: { environment: text, target: 'docker', key: 'k', digest: text, url: `https://x.test/${text}` },
    result: result({ summary: text, notices: [text], reusedFrom: text }),
  });
  const request = approvalRequest({ title: text, effects: [text], steps: [{ role: text, quorum: 1, members: [{ name: text }] }] });
  const comments = [
    { rule: text, severity: 'block' as const, message: text, path: text, line: 3, by: 'model' as const },
    { rule: text, severity: 'note' as const, message: text, path: 'src/a.ts', line: 1, by: 'rules' as const },
  ];
  return newsOf(pull, {
    source: { ...newsOf(pull).source, branch: text, slug: text },
    workflowId: `run/${text}`,
    stages: [stage],
    notices: [text],
    awaiting: [request],
    decisions: [{ request, granted: true, by: text, at: at(3), comment: text, expired: false }],
    refusals: [{ at: at(3), by: text, request: text, reason: text }],
    review: { approved: false, summary: text, comments, owners: [text], model: text, notices: [text] },
    failure: { type: text, message: text },
  });
}

describe('texts of others', () => {
  const news = everywhere(hostile);
  const [stage = stageRecord('none')] = news.stages;
  const review = reviewParts(news.review ?? never(), new Map([['src/a.ts', new Set([1])]]), markerLine('review', { key: hostile }));
  it.each([
    ['the comment', markedStory(news, storyOf(news, { ...facts, logEnds: { [stage.id]: hostile }, link: 'https://temporal.test/x' }))],
    ['a comment of a run that broke', storyOf({ ...news, status: 'failed', stages: [] }, facts)],
    ['a check', checkOf(news, stage, { logEnd: hostile, link: undefined }).summary],
    ['a review', review.body],
    ['a comment on a line', review.comments.map(({ body }) => body).join('\n')],
    ['an answer', answerText(`Not taken: ${hostile}`, hostile)],
  ])('are shown and do nothing in %s', (_, text) => {
    expect(text).toContain('everyone');
    for (const act of acts) expect(acting(text)).not.toMatch(act);
  });

  it('of a megabyte fit into what GitHub takes', () => {
    const long = `${'x'.repeat(1_000_000)}\n@everyone`;
    const big = everywhere(long);
    const stages = Array.from({ length: 300 }, (_, index) => ({ ...(big.stages[0] ?? stageRecord('x')), id: `stage-${index}` }));
    const body = markedStory(
      big,
      storyOf({ ...big, stages }, { ...facts, logEnds: Object.fromEntries(stages.map(({ id }) => [id, long])) }),
    );
    expect(body.length).toBeLessThanOrEqual(60_000);
    expect(readMarker('run', body)).toMatchObject({ key: big.key, commit: pull.head });
    expect(body).toMatch(/\d+ more in the run's report/);
    expect(body).toMatch(/started 2026-01-01T00:00:00\.000Z/);
    expect(statusOf(big, undefined).description.length).toBeLessThanOrEqual(140);
    expect(deploymentOf(big, { ...(stages[0] ?? never()), agent: 'deploy' }, undefined)?.status.description.length).toBeLessThanOrEqual(
      140,
    );
    expect(checkOf(big, stages[0] ?? never(), { logEnd: long, link: undefined }).summary.length).toBeLessThanOrEqual(60_000);
  });

  it('give no command to ourselves, however deep they are quoted', () => {
    expect(outgoing('ok\n/mainstay approve\n  > /Mainstay deploy production')).not.toMatch(/^[\s>]*\/mainstay/im);
  });

  it("do not carry a secret of this process's environment, escaped or not", () => {
    vi.stubEnv('SHOP_API_TOKEN', 'ghp_under_scored_secret');
    vi.stubEnv('SHOP_SHORT_TOKEN', 'short');
    const news = newsOf(pull, { notices: ['it printed ghp_under_scored_secret and short'] });
    const body = markedStory(news, storyOf(news, facts));
    expect(body.replaceAll('\\', '')).not.toContain('ghp_under_scored_secret');
    expect(body).toContain('(secret withheld) and short');
    vi.unstubAllEnvs();
  });
});

describe('a marker', () => {
  it.each(['plain/key', 'a b=c', '--> <!-- @everyone', 'ünï\ncode', '%zz'])('brings its fields back: %s', (key) => {
    const line = markerLine('run', { key, revision: '3' });
    expect(line).toMatch(/^<!-- [^>]* -->$/);
    expect(line.slice(4, -3)).not.toContain('--');
    expect(readMarker('run', `${line}\ntext`)).toEqual({ key, revision: '3' });
  });

  it.each([
    ['further down', `quoted:\n${markerLine('run', { key: 'k' })}`],
    ['of another kind', `${markerLine('answer', { key: 'k' })}\ntext`],
    ['with something behind it', `${markerLine('run', { key: 'k' })} text`],
  ])('counts for nothing %s', (_, text) => {
    expect(readMarker('run', text)).toBeUndefined();
  });
});

describe('a stage as a check', () => {
  const check = (change: Partial<StageRecord>) =>
    checkOf(newsOf(pull), stageRecord('test', change), { logEnd: undefined, link: undefined });
  it.each([
    [{ status: 'pending' }, 'queued', undefined, 'Has its turn later'],
    [{ status: 'awaitingLock', reason: 'locked by run 7' }, 'in_progress', undefined, 'Waits for a lock: locked by run 7'],
    [{ status: 'failed', reason: '2 of 8 tests failed' }, 'completed', 'failure', '2 of 8 tests failed'],
    [{ status: 'failed', allowFailure: true }, 'completed', 'neutral', 'Failed'],
    [{ status: 'skipped', reason: 'no path changed' }, 'completed', 'skipped', 'no path changed'],
    [{ status: 'cancelled' }, 'completed', 'cancelled', 'Cancelled'],
  ] as const)('says %j', (change, status, conclusion, title) => {
    expect(check(change)).toMatchObject({ name: 'mainstay / test', status, title, ...(conclusion ? { conclusion } : {}) });
  });
});

describe('the commit status and the label', () => {
  it.each([
    [{ status: 'planning' }, 'pending', 'looks at the configuration', 'waiting'],
    [{ status: 'passed', stages: [stageRecord('test')] }, 'success', '1 stage passed', 'passed'],
    [{ status: 'cancelled' }, 'error', 'cancelled', 'failed'],
    [{ status: 'failed', failure: { type: 'InvalidConfiguration', message: 'no stages' } }, 'failure', 'failed: no stages', 'failed'],
    [{ status: 'failed', failure: { type: 'StoreFull', message: 'no space' } }, 'error', 'failed: no space', 'failed'],
  ] as const)('say %j', (change, state, description, label) => {
    const news = newsOf(pull, change as Parameters<typeof newsOf>[1]);
    expect(statusOf(news, 'javascript:alert(1)')).toEqual({ state, description });
    expect(labelOf(news).name).toBe(`mainstay: ${label}`);
  });
});

it('knows which lines a diff shows', () => {
  expect([...shownLines('@@ -1,3 +1,4 @@\n one\n-two\n+2\n+2b\n three\n@@ -9 +10 @@ f()\n+ten\n\\ No newline at end of file')]).toEqual([
    1, 2, 3, 4, 10,
  ]);
});

function never(): never {
  throw new Error('is there');
}
