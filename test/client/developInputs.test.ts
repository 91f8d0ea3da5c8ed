import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { prepareBuild } from '../../client/buildFeature.ts';
import { quoted } from '../../client/cli/lookAtIt.ts';
import { parseLimits } from '../../client/cli/limits.ts';
import { collectFeatureSetting } from '../../client/cli/settings.ts';
import { githubPlaceOf } from '../../client/githubPlace.ts';
import { newSlug } from '../../client/featureGround.ts';
import { preparePlan } from '../../client/planFeature.ts';
import { questionKind } from '../../client/questions.ts';
import { prepareAgentTask } from '../../client/runAgentTask.ts';
import { grantBudget, replanTask, submitTaskResult } from '../../client/steerBuild.ts';
import { type } from '../support/commandLine.ts';
import { buildView } from '../support/featureViews.ts';
import { makeRepository, temporaryFolder } from '../support/gitRepository.ts';
import { runView } from '../support/runViews.ts';

describe('limits', () => {
  it.each([
    ['steps=300,tokens=2000000,usd=5,minutes=60', { steps: 300, tokens: 2_000_000, usd: 5, minutes: 60 }],
    ['tokens=2M', { tokens: 2_000_000 }],
    ['tokens=1.5k, usd=$0.5', { tokens: 1500, usd: 0.5 }],
    ['minutes=1.5', { minutes: 1.5 }],
  ])('reads %s', (text, expected) => expect(parseLimits(text)).toEqual(expected));

  it.each([
    ['', 'name at least one limit'],
    ['300', 'write it as name=number'],
    ['step=3', 'did you mean "steps"?'],
    ['steps=0', 'steps: expected a whole number above 0'],
    ['steps=1.5', 'steps: expected a whole number above 0'],
    ['usd=-5', 'usd: expected a number above 0'],
    ['usd=1e9', 'usd: expected a number above 0'],
    ['tokens=', 'tokens: expected'],
    ['minutes=NaN', 'minutes: expected'],
    ['__proto__=1', 'there is no limit __proto__'],
  ])('refuses %j and says why', (text, why) => expect(() => parseLimits(text)).toThrow(why));
});

describe('--set of a build', () => {
  it.each([
    ['maxDebugAttempts=5', { maxDebugAttempts: 5 }],
    ['publish=false', { publish: false }],
    ['testTimeout=10 minutes', { testTimeout: '10 minutes' }],
    ['ref=1234567', { ref: '1234567' }],
  ])('reads %s', (text, expected) => expect(collectFeatureSetting(text)).toEqual(expected));
  it('names the nearest input', () => expect(() => collectFeatureSetting('maxDebugAttempt=5')).toThrow('did you mean "maxDebugAttempts"?'));
  it.each(['repository=x', 'approvedBy=me', 'todoList=x'])('refuses %s, which has its own option', (text) => {
    expect(() => collectFeatureSetting(text)).toThrow('no such input');
  });
});

describe('the name of a repository that does not exist yet', () => {
  it.each([
    ['Buy when RSI(14) < 30 and MACD crosses up', 'new/buy-when-rsi-14-30'],
    ['Über-schöne Größe', 'new/uber-schone-gro-e'],
    ['../../etc/passwd .lock ..', 'new/etc-passwd-lock'],
    ['在线商店', 'new/work'],
    [`${'a'.repeat(100)} b`, `new/${'a'.repeat(40)}`],
  ])('of %j is %s', (words, slug) => expect(newSlug(words)).toBe(slug));
});

describe('the place on GitHub', () => {
  const cloneUrl = 'https://github.com/{owner}/{repo}.git';
  it.each([
    ['https://github.com/acme/shop', { owner: 'acme', repo: 'shop' }],
    ['https://github.com/acme/shop.git/', { owner: 'acme', repo: 'shop' }],
    ['https://github.com/acme/my.shop', { owner: 'acme', repo: 'my.shop' }],
    ['https://githubXcom/acme/shop', undefined],
    ['https://gitlab.com/acme/shop', undefined],
    ['https://github.com/acme/shop/tree', undefined],
    ['https://github.com/acme/..', undefined],
    ['/srv/acme/shop', undefined],
  ])('of %s', (repository, place) => expect(githubPlaceOf(repository, cloneUrl)).toEqual(place));
});

describe('words for a shell', () => {
  it.each([
    ['ai/generated/x/result', 'ai/generated/x/result'],
    ['a b', "'a b'"],
    ["it's; rm -rf /", String.raw`'it'\''s; rm -rf /'`],
    ['$(id)', "'$(id)'"],
    ['', "''"],
  ])('%j becomes %s', (word, safe) => expect(quoted(word)).toBe(safe));
});

describe('what a question is about', () => {
  it.each([
    ['plan/1', 'plan'],
    ['task-t1/2', 'task'],
    ['escalation-t1/1', 'escalation'],
    ['budget-t1/1', 'budget'],
    ['budget/1', 'budget'],
    ['deploy/1', 'other'],
  ])('%s is about: %s', (id, kind) => {
    expect(questionKind({ flow: 'buildFeature' }, { id })).toBe(kind);
    expect(questionKind({ flow: 'runPipeline' }, { id })).toBe('other');
  });
});

describe('starters', () => {
  it('find the commit, and give the same work one id and other work another', async () => {
    const { path, commit } = await makeRepository();
    const first = await commit({ 'a.txt': 'a' });
    const build = async (over: object = {}) => await prepareBuild({ request: 'add b', repository: path, ...over });
    const prepared = await build();
    expect(prepared).toMatchObject({ commit: first, request: { repository: path, commit: first, autonomy: 'supervised' } });
    expect(prepared.workflowId).toMatch(/^build-feature\/local\/shop-[0-9a-f]{8}\/[0-9a-f]{16}$/);
    expect(await build({ budget: { steps: 1 }, autonomy: 'full' })).toMatchObject({ workflowId: prepared.workflowId });

    const plan = await preparePlan({ request: 'add b', repository: path });
    const task = await prepareAgentTask({ request: 'add b', repository: path, role: 'architect' });
    const others = [await build({ request: 'add c' }), await build({ mind: 'model' }), await build({ ref: 'main' }), plan, task];
    await commit({ 'a.txt': 'b' });
    others.push(await build());
    const acts = [prepared, ...others].map(({ workflowId }) => workflowId.split('/').at(-1));
    expect(new Set([prepared, ...others].map(({ workflowId }) => workflowId)).size).toBe(7);
    // A plan and its build are told apart by the short ids that people type.
    expect(acts[0]).not.toBe(plan.workflowId.split('/').at(-1));
  });

  it('need no repository', async () => {
    expect(await preparePlan({ request: 'a todo service' })).toMatchObject({ slug: 'new/a-todo-service', commit: undefined });
  });

  it.each([
    ['no words', { request: '  ' }, 'request: say what to build'],
    ['an unknown input', { request: 'add b', budgt: {} }, 'did you mean "budget"?'],
    ['a wrong limit', { request: 'add b', budget: { steps: 0 } }, 'budget.steps: '],
    ['a ref without a repository', { request: 'add b', ref: 'main' }, 'ref: main needs a repository'],
    ['a repository by SSH', { request: 'add b', repository: 'git@github.com:acme/shop' }, 'SSH is not used'],
    ['a program without its name', { request: 'add b', mind: 'program' }, 'mind=program needs the name of one: claude-code'],
    ['a program that nothing uses', { request: 'add b', mind: 'model', program: 'codex' }, 'only used with mind=program'],
    ['code with all rights', { request: 'add b', isolation: 'process' }, 'pass --trust'],
  ])('refuse %s', async (_what, input, why) => {
    await expect(prepareBuild(input as never)).rejects.toThrow(why);
  });

  it('set where the pull request goes only for a repository there', async () => {
    const { path, commit } = await makeRepository();
    await commit({ 'a.txt': 'a' });
    const { request } = await prepareBuild({ request: 'add b', repository: path }, { cloneUrl: 'https://github.com/{owner}/{repo}.git' });
    expect(request.github).toBeUndefined();
  });
});

describe('steering', () => {
  const build = buildView([]);
  const nobody = {} as never;
  it.each([
    ['an empty grant', () => grantBudget(nobody, build, { by: 'cli:kim' }), 'say how much more of what'],
    ['a grant below nothing', () => grantBudget(nobody, build, { steps: -1, by: 'cli:kim' }), 'steps: '],
    ['a grant to a pipeline', () => grantBudget(nobody, runView([]), { steps: 1, by: 'cli:kim' }), 'is no build'],
    ['an empty instruction', () => replanTask(nobody, build, { task_id: 't1', instruction: ' ', by: 'cli:kim' }), 'instruction: '],
    ['a result without a ref', () => submitTaskResult(nobody, build, { task_id: 't1', ref: '', by: 'cli:kim' }), 'ref: '],
    ['anything about what has ended', () => grantBudget(nobody, { ...build, status: 'passed' }, { steps: 1, by: 'cli:kim' }), 'has ended'],
  ])('refuses %s', async (_what, act, why) => {
    await expect(act()).rejects.toThrow(why);
  });
});

describe('run develop', () => {
  it.each([
    [['run', 'develop'], '', 'say what to build'],
    [['run', 'develop', '-'], ' \n', 'standard input: it is empty'],
    [['run', 'develop', '-'], 'x'.repeat(2 ** 21), 'more than a MiB'],
    [['run', 'develop', 'add b', '--repo', '/nowhere/at/all'], '', 'does not exist'],
    [['run', 'develop', 'add b', '--budget', 'step=1'], '', 'did you mean "steps"?'],
    [['run', 'develop', 'add b', '--autonomy', 'none'], '', 'Allowed choices are full, supervised, manual'],
    [['run', 'develop', 'add b', '--mind', 'human'], '', 'Allowed choices are auto, template, model, program'],
    [['run', 'develop', 'add b', '--mind', 'program'], '', 'needs the name of one'],
    [['run', 'develop', 'add b', '--mind', 'model', '--program', 'codex'], '', 'only used with mind=program'],
    [['run', 'develop', '--todo', 'nowhere.json'], '', 'nowhere.json does not exist'],
    [['run', 'develop', 'add b', '--plan', 'last'], '', 'leave the words out'],
    [['run', 'develop', '--plan', 'last', '--repo', '.'], '', 'cannot be used with option'],
    [['run', 'develop', 'add b', '--plan-only', '--budget', 'steps=1'], '', 'cannot be used with option'],
    [['run', 'develop', 'add b', '--set', 'publsh=false'], '', 'did you mean "publish"?'],
    [['grant', 'last', '--steps', 'many'], '', 'whole number above 0'],
    [['replan', 'last', 't1'], '', '--instruction <text>'],
    [['submit', 'last', 't1'], '', '--ref <ref>'],
  ])('%j is refused before anything is started', async (line, input, why) => {
    const { exit, out, err } = await type(line, { input });
    expect(err).toContain(why);
    expect(err).not.toMatch(/\n\s+at /);
    expect(out).toBe('');
    expect(exit).toBeGreaterThan(0);
  });

  it('names the wrong field of a plan file', async () => {
    const file = join(await temporaryFolder(), 'plan.json');
    await writeFile(file, JSON.stringify({ id: 'p', request: 'x', summary: 'x', tasks: [{ id: 'T1', title: 'x' }] }));
    const { exit, err } = await type(['run', 'develop', '--todo', file]);
    expect(err).toContain('/tasks/0/id');
    expect(exit).toBeGreaterThan(0);
  });
});
