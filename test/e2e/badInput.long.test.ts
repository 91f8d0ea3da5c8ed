import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunSummary } from '../../client/view.ts';
import { makeRepository, temporaryFolder } from '../support/gitRepository.ts';
import { type Finished, type Installation, openInstallation } from '../support/installation.ts';
import { processesWith, viewOf } from '../support/views.ts';

const open: { installation?: Installation } = {};
beforeAll(async () => {
  open.installation = await openInstallation();
});
afterAll(() => open.installation?.close());

/** The exit code and the words that a refusal must have; never a stack trace. */
function expectRefusal({ code, stdout, stderr }: Finished, exit: number, says: string): void {
  const said = `${stdout}\n${stderr}`;
  expect(said).toContain(says);
  expect(said).not.toMatch(/\n\s+at /);
  expect(code, said).toBe(exit);
}

describe('what can be known before anything starts', () => {
  const configurations = [
    { title: 'a wrong type', text: 'pipeline:\n  stages:\n    test:\n      retry: many\n', says: 'pipeline.yml:4:14: pipeline.stages.test.retry: is a text ("many"); expected a number' }, // prettier-ignore
    { title: 'duplicate keys', text: 'pipeline:\n  stages: [lint]\n  stages: [test]\n', says: 'pipeline.yml:3:3: stages: the key is there twice; keep one of them' }, // prettier-ignore
    { title: 'an empty pipeline', text: 'pipeline: {stages: []}\n', says: 'pipeline.yml:1:20: pipeline.stages: is empty' },
    { title: 'an unknown agent', text: 'pipeline: {stages: {unit: {agent: tset}}}\n', says: 'did you mean "test"?' },
  ];
  test.each(configurations)('$title in a file is refused by validate, with line and column', async ({ text, says }) => {
    const file = join(await temporaryFolder(), 'pipeline.yml');
    await writeFile(file, text);
    expectRefusal(await open.installation!.run(['validate', file]), 3, says);
  });

  const commands = [
    { title: 'an unknown verb', args: ['runn'], exit: 2, says: '(Did you mean one of run, runs?)' },
    { title: 'an unknown agent of a worker', args: ['worker', '--agents', 'lnt'], exit: 2, says: 'no agent lnt; did you mean "lint"?' },
  ];
  test.each(commands)('$title is refused', async ({ args, exit, says }) => {
    expectRefusal(await open.installation!.run(args), exit, says);
  });

  const runs = [
    { title: 'an unknown input', args: ['--set', 'isolatio=docker'], exit: 2, says: '--set isolatio: no such input; did you mean "isolation"?' }, // prettier-ignore
    { title: 'a value that an input does not take', args: ['--set', 'isolation=dockr'], exit: 2, says: 'isolation: ' },
    { title: 'plain processes without trust', args: ['--set', 'isolation=process'], exit: 10, says: 'pass --trust if you trust this repository' }, // prettier-ignore
    { title: 'an unknown ref', args: ['--ref', 'no-such-branch'], exit: 5, says: 'no-such-branch' },
  ];
  test.each(runs)('a run with $title is refused', async ({ args, exit, says }) => {
    const repository = await makeRepository();
    await repository.commit({ 'pipeline.yml': 'pipeline: {stages: [lint]}\n' });
    expectRefusal(await open.installation!.run(['run', 'pipeline', repository.path, ...args]), exit, says);
  });

  test('a folder that is not there, and one without git, are refused', async () => {
    const folder = await temporaryFolder();
    expectRefusal(await open.installation!.run(['run', 'pipeline', join(folder, 'nowhere')]), 4, 'nowhere does not exist');
    expectRefusal(await open.installation!.run(['run', 'pipeline', folder]), 6, 'git');
  });

  test('none of them has started a server, let alone a run', () => {
    expect(existsSync(join(open.installation!.home, 'engine'))).toBe(false);
  });
});

describe('what a run finds at its commit', () => {
  beforeAll(async () => {
    await open.installation!.start(['worker'], /serving /, { MAINSTAY_LOG_LIMIT: '1' });
  });

  const files = [
    { title: 'an unknown key', text: () => 'pipeline:\n  stages: [lint]\n  retry_on_failur: true\n', exit: 3, says: 'pipeline.yml:3:3: pipeline.retry_on_failur: unknown key; did you mean "retry_on_failure"?' }, // prettier-ignore
    { title: 'a cycle', text: () => 'pipeline:\n  stages:\n    lint: {needs: build}\n    build: {needs: lint}\n', exit: 3, says: 'lint → build → lint' }, // prettier-ignore
    { title: 'a YAML bomb', text: bomb, exit: 3, says: 'pipeline.yml:1:1: its aliases expand to something huge' },
    { title: 'a file of 50 MB', text: () => `# ${'x'.repeat(50 * 2 ** 20)}\n`, exit: 3, says: 'a configuration has at most 256 KiB' },
    { title: 'a binary file', text: () => 'pipeline: \u0000\u0001\u0002', exit: 3, says: 'the file is binary or not UTF-8' },
    { title: 'a folder outside', text: () => 'pipeline: {stages: {lint: {directory: ../..}}}', exit: 7, says: 'pipeline.yml:1:39: pipeline.stages.lint.directory: "../.." leaves the repository' }, // prettier-ignore
  ];
  test.each(files)('$title ends the run before its first stage', async ({ text, exit, says }) => {
    const repository = await makeRepository();
    await repository.commit({ 'pipeline.yml': text() });
    const finished = await open.installation!.run(['run', 'pipeline', repository.path]);
    expectRefusal(finished, exit, says);
    expect(finished.stdout).toContain('failed before its first stage');
  });

  test('uncommitted changes are said, and the commit is what runs', async () => {
    const repository = await makeRepository();
    await repository.commit({ 'pipeline.yml': 'pipeline: {stages: {test: {run: grep committed said.txt}}}\n', 'said.txt': 'committed\n' });
    await writeFile(join(repository.path, 'said.txt'), 'dirty\n');
    const { code, stdout } = await open.installation!.run(trusting(repository.path));
    expect(stdout).toContain('note: the working tree has uncommitted changes; the run uses the commit alone');
    expect(code).toBe(0);
  });

  test('stages that flood, never end, ignore SIGTERM or lack their tool are ended, told apart, and leave nothing running', async () => {
    const installation = open.installation!;
    const marker = `611.${process.pid}`;
    const repository = await makeRepository();
    const stages = {
      flood: { agent: 'test', run: `yes ${marker} | head -c 100000000` },
      endless: { agent: 'lint', timeout: '2s', run: `sleep ${marker} & sleep ${marker}` },
      stubborn: {
        agent: 'build',
        timeout: '1s',
        run: `trap '' TERM; while :; do sleep 0.2 || : ${marker}; done`,
        with: { make: ['command'] },
      },
      missing: { agent: 'security', run: 'no-such-tool --now' },
    };
    await repository.commit({ 'pipeline.json': JSON.stringify({ pipeline: { stages } }) });
    const view = viewOf(await installation.run([...trusting(repository.path), '--json']), 1);
    const told = Object.fromEntries(view.stages.map(({ id, status, reason }) => [id, `${status}: ${reason}`]));
    expect(told).toEqual({
      flood: expect.stringMatching(/^failed: .* was ended: it printed more than allowed \(MAINSTAY_LOG_LIMIT\)$/),
      endless: expect.stringMatching(/^failed: .* was ended: it ran longer than 2s$/),
      stubborn: expect.stringMatching(/^failed: .* was ended: it ran longer than 1s$/),
      missing: expect.stringMatching(/^failed: no-such-tool --now failed \(exit 127\): .*not found/),
    });
    const log = view.stages.find(({ id }) => id === 'flood')?.result?.log?.size ?? Infinity;
    expect(log).toBeLessThan(2 * 2 ** 20);
    expect(await processesWith(marker)).toEqual([]);
  }, 60_000);

  test('afterwards no run is open and nothing is left on the disk', async () => {
    const { home, run } = open.installation!;
    const runs = JSON.parse((await run(['runs', '--json'])).stdout) as RunSummary[];
    expect(runs).toHaveLength(files.length + 2);
    expect(runs.filter(({ status }) => status === 'running' || status === 'waiting')).toEqual([]);
    await mkdir(join(home, 'scratch'), { recursive: true });
    const left = (await readdir(join(home, 'scratch'), { recursive: true })).filter((path) => path.includes('/'));
    expect(left).toEqual([]);
  });
});

function trusting(path: string): string[] {
  return ['run', 'pipeline', path, '--trust', '--set', 'isolation=process'];
}

/** Nine times nine times … : a kilobyte that means gigabytes. */
function bomb(): string {
  const ring = (name: string) => Array.from({ length: 9 }, () => name).join(', ');
  const levels = Array.from({ length: 11 }, (_, i) => `a${i}: &a${i} [${ring(i === 0 ? 'x' : `*a${i - 1}`)}]`);
  return `${levels.join('\n')}\npipeline: {stages: [lint]}\n`;
}
