import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { preparePipeline, startPipeline } from '../../client/runPipeline.ts';
import { type } from '../support/commandLine.ts';
import { flowTests } from '../support/flows.ts';
import { plan, result, stage } from '../support/plans.ts';

const flows = flowTests();
const place = { folder: '', commit: '' };

beforeAll(async () => {
  place.folder = await mkdtemp(join(tmpdir(), 'mainstay-commands-'));
  await git('init', '-q', '-b', 'main');
});
afterAll(() => rm(place.folder, { recursive: true, force: true }));

// A commit of its own for each test: runs of one commit share an id.
beforeEach(async () => {
  await git('commit', '-q', '--allow-empty', '-m', `commit ${Math.random()}`);
  place.commit = (await git('rev-parse', 'HEAD')).stdout;
});

const git = (...args: string[]) => execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.test', ...args], { cwd: place.folder });
const mainstay = (...line: string[]) => type(line, { client: flows.client(), env: { MAINSTAY_USER: 'kim' } });
const start = async () => await startPipeline(flows.client(), await preparePipeline({ repository: place.folder }));
const short = () => place.commit.slice(0, 7);
const json = (out: string) => JSON.parse(out) as Record<string, unknown>;

const gated = async () => plan([stage('lint'), stage('deploy', { needs: ['lint'], approval: true, environment: 'staging' })]);

describe('a run from the command line', () => {
  it('is started, shown to its end, and its outcome is the exit code', async () => {
    const good = await mainstay('run', 'pipeline', place.folder);
    expect(good).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/lint passed[\s\S]*run passed[\s\S]*✔ lint[\s\S]*http:\/\/ui\.test\/namespaces/),
    });

    flows.when({ runTests: async () => result({ passed: false, summary: '2 of 49 tests failed' }) });
    const bad = await mainstay('run', 'pipeline', place.folder);
    expect(bad).toMatchObject({ exit: 1, out: expect.stringMatching(/✖ test .*2 of 49 tests failed/) });
  });

  it('prints one JSON object and nothing else with --json', async () => {
    const { exit, out } = await mainstay('run', 'pipeline', place.folder, '--json');
    expect(json(out)).toMatchObject({
      flow: 'runPipeline',
      status: 'passed',
      phase: 'passed',
      stages: [{ id: 'lint' }, { id: 'test' }],
      result: {},
    });
    expect(exit).toBe(0);
  });

  it('joins the live run of the same commit, and starts a new one after its end', async () => {
    flows.when({ openRun: gated });
    const first = await start();
    expect(await start()).toEqual({ ...first, joined: true });
    expect((await mainstay('run', 'pipeline', place.folder, '--yes')).err).toContain('joined');

    const again = await start();
    expect(again).toMatchObject({ workflowId: first.workflowId, joined: false });
    expect(again.runId).not.toBe(first.runId);
    await mainstay('cancel', again.runId);
  });
});

describe('steering', () => {
  it('lists what waits, approves it by its digest, and refuses a second answer', async () => {
    flows.when({ openRun: gated });
    await start();
    await expect.poll(async () => (await mainstay('approvals')).out, { timeout: 15_000 }).toContain(`${short()}  deploy/1`);
    expect((await mainstay('runs', '--status', 'waiting')).out).toMatch(new RegExp(`${short()} +waiting \\(deploy/1\\)`));
    expect(await mainstay('reject', short(), '--request', 'deploy/2')).toMatchObject({
      exit: 15,
      err: expect.stringContaining('did you mean "deploy/1"'),
    });

    expect(await mainstay('approve', short(), '-c', 'fine')).toMatchObject({ exit: 0, out: 'deploy/1 approved\n' });
    expect((await mainstay('watch', short())).exit).toBe(0);
    expect(await mainstay('approve', short())).toMatchObject({ exit: 15, err: expect.stringContaining('has ended') });
  });

  it('shows what was not taken and why, while the run lives and after its end', async () => {
    const approvers = [{ role: 'leads', members: [{ name: 'dan' }], quorum: 1 }];
    flows.when({ openRun: async () => plan([stage('deploy', { approval: true, approvers, environment: 'staging' })]) });
    await start();
    await expect.poll(async () => (await mainstay('approvals')).out, { timeout: 15_000 }).toContain(`${short()}  deploy/1`);
    expect((await mainstay('approve', short())).exit).toBe(15);
    const refused = 'not taken from cli:kim about deploy/1: cli:kim may not decide deploy/1: it asks leads (dan)';
    expect((await mainstay('show', short())).out).toContain(refused);
    expect((await mainstay('approve', short(), '--as', 'dan')).exit).toBe(0);

    expect((await mainstay('watch', short())).out).toContain(`  deploy/1 approved by dan\n  ${refused}\n`);
    const refusals = [{ by: 'cli:kim', request: 'deploy/1', reason: expect.stringContaining('may not decide') }];
    expect(json((await mainstay('show', short(), '--json')).out)).toMatchObject({ refusals, result: { refusals } });
  });

  it('pauses, resumes and cancels a live run', async () => {
    flows.when({ openRun: gated });
    await start();
    await expect.poll(async () => (await mainstay('show', short())).out, { timeout: 15_000 }).toContain('waits for a person');
    expect((await mainstay('pause', short())).exit).toBe(0);
    expect((await mainstay('show', short())).out).toContain('paused');
    expect((await mainstay('resume', short())).exit).toBe(0);
    expect((await mainstay('cancel', short(), '--json')).exit).toBe(0);
    expect(await mainstay('watch', short())).toMatchObject({ exit: 1, out: expect.stringContaining('cancelled:') });
  });

  it('does a stage of a finished run again as a new run with the stored input, and names the nearest stage', async () => {
    await mainstay('run', 'pipeline', place.folder);
    expect(await mainstay('rerun', short(), '--from', 'tset')).toMatchObject({
      exit: 2,
      err: expect.stringContaining('did you mean "test"'),
    });

    const reuse: Record<string, boolean> = {};
    const noting = (name: string) => async (task: { reuse: boolean }) => {
      reuse[name] = task.reuse;
      return result();
    };
    flows.when({ lintCode: noting('lint'), runTests: noting('test') });
    expect((await mainstay('rerun', short(), '--from', 'test')).exit).toBe(0);
    expect(reuse).toEqual({ lint: true, test: false });
  });
});

describe('looking', () => {
  it('names the nearest run when there is none of that name', async () => {
    await mainstay('run', 'pipeline', place.folder);
    expect(await mainstay('show', `${short().slice(0, 6)}x`)).toMatchObject({
      exit: 16,
      err: expect.stringContaining(place.commit.slice(0, 12)),
    });
  });

  it('lists runs as a JSON array', async () => {
    await mainstay('run', 'pipeline', place.folder);
    const runs = JSON.parse((await mainstay('runs', '--json')).out) as { shortId: string; status: string }[];
    expect(runs[0]).toMatchObject({ shortId: short(), status: 'passed' });
  });

  it('exports a history that can be replayed', async () => {
    await mainstay('run', 'pipeline', place.folder);
    const file = join(place.folder, 'history.json');
    expect((await mainstay('history', short(), '-o', file)).exit).toBe(0);
    const history = historyFromJSON(JSON.parse(await readFile(file, 'utf8')));
    expect(history.events?.at(-1)?.workflowExecutionCompletedEventAttributes).toBeDefined();
  });
});
