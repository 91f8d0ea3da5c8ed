import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createArtifactStore } from '../../activities/lib/store.ts';
import { prepareBuild, preparePlannedBuild, startBuild } from '../../client/buildFeature.ts';
import { preparePlan, startPlan } from '../../client/planFeature.ts';
import { answerQuestions } from '../../client/cli/questions.ts';
import { observeRun } from '../../client/observe.ts';
import type { RunView } from '../../client/view.ts';
import { failure } from '../../schemas/failures.ts';
import { type } from '../support/commandLine.ts';
import { answer, badProof, changeOf, developTests, goodDevelopers, model, proof, template, todoList } from '../support/develop.ts';
import { testReport } from '../support/featureViews.ts';

const flows = developTests();
const place = { folder: '', home: '', repository: '' };
const count = { words: 0 };
// Words of their own for each test: runs of the same words and commit share an id.
let words = '';

beforeAll(async () => {
  place.folder = await mkdtemp(join(tmpdir(), 'mainstay-develop-'));
  place.home = join(place.folder, 'home');
  place.repository = join(place.folder, 'my shop');
  await execa('git', ['init', '-q', '-b', 'main', place.repository]);
  const person = ['-c', 'user.name=t', '-c', 'user.email=t@example.test'];
  await execa('git', [...person, 'commit', '-q', '--allow-empty', '-m', 'first'], { cwd: place.repository });
});
afterAll(() => rm(place.folder, { recursive: true, force: true }));
beforeEach(() => {
  words = `make it work, ${process.pid} ${Date.now()} ${(count.words += 1)}`;
});

const mainstay = (...line: string[]) => type(line, { client: flows.client(), env: { MAINSTAY_USER: 'kim', MAINSTAY_HOME: place.home } });
const develop = (...line: string[]) => mainstay('run', 'develop', words, '--repo', place.repository, ...line);
const view = (out: string) => JSON.parse(out) as RunView;
const detached = async (...line: string[]) => view((await develop('--detach', '--json', ...line)).out).workflowId;
const untilShown = (id: string, text: string) =>
  expect.poll(async () => (await mainstay('show', id)).out, { timeout: 15_000 }).toContain(text);

describe('a build from the command line', () => {
  it('shows the plan, its tasks and their proof, and ends with the branch and how to look at it', async () => {
    const { exit, out } = await develop('--yes');
    expect(exit).toBe(0);
    expect(out).toMatch(/Plan: it works\n.*t1 {2}Task t1\n.*• it works/);
    expect(out).toMatch(/t1 accepted.*: 3 tests failed before, 3 pass after/);
    expect(out).toMatch(/passed: acme\/shop at a{12} in .*; 1 of 1 task accepted/);
    expect(out).toMatch(/result: ai\/generated\/build-feature\/local\/my-shop-[0-9a-f]{8}\/[0-9a-f]{16}\/result/);
    expect(out).toMatch(/git switch --detach FETCH_HEAD/);
    expect(out).toMatch(/http:\/\/ui\.test\/namespaces/);
  });

  it('prints one JSON object with stages, tasks and what is known of the feature', async () => {
    const { exit, out } = await develop('--autonomy', 'full', '--budget', 'steps=300,tokens=2M', '--json');
    expect(view(out)).toMatchObject({
      flow: 'buildFeature',
      status: 'passed',
      stages: [],
      tasks: [{ id: 't1', phase: 'accepted', proof: { accepted: true } }],
      feature: {
        created: false,
        budget: { steps: 300, tokens: 2_000_000 },
        todoList: { tasks: [{ id: 't1' }] },
        source: { slug: 'acme/shop' },
      },
      result: { status: 'passed' },
    });
    expect(exit).toBe(0);
  });

  it('says how to configure a model when nothing understands the words', async () => {
    const message = 'no template understands this: set MODEL_NAME and a key';
    flows.when({ planWork: async () => Promise.reject(failure('RequestNotUnderstood', message)) });
    expect(await develop()).toMatchObject({ exit: 37, out: expect.stringContaining(`RequestNotUnderstood: ${message}`) });
  });

  it('joins the live build of the same words, and begins anew after its end', async () => {
    const prepared = await prepareBuild({ request: words, repository: place.repository });
    const first = await startBuild(flows.client(), prepared);
    expect(await startBuild(flows.client(), prepared)).toEqual({ ...first, joined: true });
    expect((await develop('--yes')).err).toContain('joined');
    const again = await startBuild(flows.client(), prepared);
    expect(again).toMatchObject({ workflowId: first.workflowId, joined: false });
    await mainstay('cancel', again.runId);
  });
});

describe('plans', () => {
  it('are made alone, shown, and built by their id at the same commit', async () => {
    const plan = todoList([{ id: 't1' }], { request: words, template: 'trading-strategy', subject: {} });
    flows.when({ planWork: async () => answer({ todoList: plan, mind: template }) });
    const made = await develop('--plan-only');
    expect(made).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/Plan \(template trading-strategy\): it works[\s\S]*mainstay run develop --plan plan-feature\//),
    });
    const id = /--plan (\S+)/.exec(made.out)?.[1] ?? '';
    flows.when({ planWork: async () => Promise.reject(failure('ModelFailed', 'the plan is there already')) });
    const built = await mainstay('run', 'develop', '--plan', id, '--yes', '--json');
    expect(view(built.out)).toMatchObject({ flow: 'buildFeature', status: 'passed', commit: 'a'.repeat(40), repository: 'acme/shop' });
  });

  it('are built from a file that a person corrected', async () => {
    flows.when({ planWork: async () => Promise.reject(failure('ModelFailed', 'the plan is there already')) });
    const file = join(place.folder, 'plan.json');
    const corrected = todoList([{ id: 'a' }, { id: 'b', dependencies: ['a'] }], {
      request: words,
      template: 'trading-strategy',
      subject: {},
    });
    await writeFile(file, JSON.stringify(corrected));
    const { out } = await mainstay('run', 'develop', '--todo', file, '--repo', place.repository, '--yes', '--json');
    expect(view(out).tasks.map(({ id, phase }) => [id, phase])).toEqual([
      ['a', 'accepted'],
      ['b', 'accepted'],
    ]);
  });

  it('fail a build of them as they failed, and are refused when there is none or while they are made', async () => {
    const build = async (id: string) => await preparePlannedBuild(flows.client(), { todo_list_id: id });
    await expect(build('plan-feature/nobody/made')).rejects.toMatchObject({ type: 'RunNotFound' });

    const held = Promise.withResolvers<void>();
    flows.when({
      planWork: async () => {
        await held.promise;
        throw failure('RequestNotUnderstood', 'not this one');
      },
    });
    const { workflowId } = await startPlan(flows.client(), await preparePlan({ request: words, repository: place.repository }));
    await expect(build(workflowId)).rejects.toMatchObject({ type: 'DecisionRefused' });
    held.resolve();
    await expect
      .poll(() => build(workflowId).catch((error: { type: string }) => error.type), { timeout: 15_000 })
      .toBe('RequestNotUnderstood');
  });
});

describe('steering a build', () => {
  it('lists the plan that waits, and goes on when it is approved', async () => {
    const id = await detached();
    await untilShown(id, 'awaiting approval');
    expect((await mainstay('show', id)).out).toMatch(/Plan: it works/);
    expect((await mainstay('approvals')).out).toContain('plan/1');
    expect((await mainstay('approve', id)).exit).toBe(0);
    expect((await mainstay('watch', id)).exit).toBe(0);
  });

  it('takes an instruction for what no debug branch could repair', async () => {
    const given: string[] = [];
    flows.when({
      proveChange: async () => (given.length === 0 ? badProof('same') : proof()),
      writeCode: async ({ instruction = '' }) => {
        if (instruction.includes('use the clock')) given.push(instruction);
        return answer({ change: changeOf('c'), summary: 'written' });
      },
    });
    const id = await detached('--autonomy', 'full', '--set', 'maxDebugAttempts=1');
    await untilShown(id, 'needs an instruction');
    expect((await mainstay('show', id)).out).toContain('t1_branch_01 · attempt 1 of 1 · implementation_bug → coder');
    expect((await mainstay('approve', id, '-c', 'use the clock of the contract')).exit).toBe(0);
    expect(await mainstay('watch', id)).toMatchObject({ exit: 0, out: expect.stringContaining('t1_branch_02 · attempt 1 of 1') });
  });

  it('agrees in advance to the plan with --yes, and to no instruction', async () => {
    flows.when({ proveChange: async () => badProof('same') });
    const id = await detached('--set', 'maxDebugAttempts=1');
    const run = { workflowId: id, runId: (await flows.client().workflow.getHandle(id).describe()).runId };
    const look = async () => await observeRun(flows.client(), run);
    const awaiting = async () => (await look()).view.awaiting;
    const asked = { cli: { terminal: { interactive: false } }, session: { client: flows.client() }, run, json: false, agree: 'kim' };
    const agree = answerQuestions(asked as never, { line: () => undefined } as never);

    await expect.poll(awaiting, { timeout: 15_000 }).toEqual(['plan/1']);
    await agree?.(await look());
    await expect.poll(awaiting, { timeout: 15_000 }).toEqual(['escalation-t1/1']);
    await agree?.(await look());
    expect(await awaiting()).toEqual(['escalation-t1/1']);

    expect((await mainstay('reject', id, '-c', 'enough')).exit).toBe(0);
    const { exit, out } = await mainstay('watch', id);
    expect(exit).toBe(39);
    expect(out).toContain('plan/1 approved by kim: agreed in advance');
    expect(out).toContain('escalation-t1/1 rejected by kim: enough');
  });

  it('shows a budget that is used up, and lets the work go on when more is granted', async () => {
    flows.when(goodDevelopers(model));
    const id = await detached('--autonomy', 'full', '--budget', 'steps=1');
    await untilShown(id, 'waits for more budget');
    expect(await mainstay('grant', id)).toMatchObject({ exit: 2, err: expect.stringContaining('steps, tokens, usd or minutes') });
    expect(await mainstay('grant', id, '--steps', '20')).toMatchObject({ exit: 0, out: expect.stringContaining('may use 21 steps') });
    expect((await mainstay('watch', id)).exit).toBe(0);
  });

  it('plans a task anew, takes a result from outside, and names a task that is not there', async () => {
    const started = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    flows.when({
      ...goodDevelopers(template),
      writeCode: async () => {
        started.resolve();
        await held.promise;
        return answer({ change: changeOf('c'), summary: 'written' });
      },
    });
    const id = await detached('--autonomy', 'full');
    await started.promise;
    expect(await mainstay('submit', id, 't9', '--ref', 'main')).toMatchObject({
      exit: expect.any(Number),
      err: expect.stringContaining('t9'),
    });
    expect(await mainstay('submit', id, 't1', '--ref', 'mine')).toMatchObject({ exit: 0, out: expect.stringContaining('mine is taken') });
    held.resolve();
    expect((await mainstay('watch', id)).exit).toBe(0);
    const late = await mainstay('replan', id, 't1', '--instruction', 'smaller');
    expect(late).toMatchObject({ exit: 15, err: expect.stringContaining('has ended') });
  });

  it('says what to do instead of doing a stage again', async () => {
    const id = await detached('--yes');
    expect((await mainstay('watch', id)).exit).toBe(0);
    expect(await mainstay('rerun', id, '--from', 't1')).toMatchObject({ exit: 2, err: expect.stringContaining('has tasks, not stages') });
  });
});

describe('the proof of a task', () => {
  it('is printed with its report and log, and told in the summary in numbers', async () => {
    const store = createArtifactStore({ home: place.home });
    const report = await store.put(JSON.stringify(testReport()), 'application/json');
    const log = await store.put('ok 1 - adds\u001b[2J\n', 'text/plain');
    flows.when({ proveChange: async () => proof({ report, log }) });
    const { out } = await develop('--yes');
    expect(out).toContain('    4 tests failed before, 4 pass after, hidden ones included');

    const id = /build-feature\/\S+\/[0-9a-f]{16}/.exec(out)?.[0] ?? '';
    const printed = await mainstay('logs', id, 't1');
    expect(printed.out).toBe(
      [
        'the tests hold',
        '  $ npm test',
        `  without the change (${'b'.repeat(12)}): 0 passed, 4 failed, 0 skipped`,
        '    failed: adds: no such module',
        `  with the change (${'c'.repeat(12)}): 4 passed, 0 failed, 0 skipped`,
        '  isolation: docker; no network',
        'ok 1 - adds',
        '',
      ].join('\n'),
    );
    expect(await mainstay('logs', id, 't2')).toMatchObject({ exit: 2, err: expect.stringContaining('did you mean "t1"') });
  });
});
