import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInstaller, type InstallRequest } from '../../../../activities/lib/install/prepare.ts';
import type { Box, BoxCommand, BoxResult } from '../../../../activities/sandbox/box.ts';
import { createProcessDriver } from '../../../../activities/sandbox/process/driver.ts';
import { detectProject } from '../../../../repository/detect/detectProject.ts';
import { expectFailure } from '../../../support/failures.ts';
import { treeOf } from '../../../support/memoryTree.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'mainstay-install-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const limits = { memoryBytes: 2 ** 31, processes: 256, cpus: 2, outputBytes: 2 ** 24, diskBytes: 2 ** 31 };
const boxOf = (workspace: string) => ({
  workspace,
  limits,
  owner: 'test',
  signal: new AbortController().signal,
  onOutput: () => undefined,
});

/** A request whose box really installs; `opened` counts the boxes. */
async function request(files: Record<string, string | object>, opened = { boxes: 0 }): Promise<InstallRequest & { workspace: string }> {
  const tree = treeOf(files);
  const driver = createProcessDriver({ home });
  const workspace = await mkdtemp(join(home, 'workspace-'));
  const openBox = async () => {
    opened.boxes += 1;
    const box = await driver.open({ ...boxOf(workspace), network: true });
    for (const path of await tree.list()) await box.writeText(path, (await tree.read(path)) ?? '');
    return box;
  };
  return {
    project: await detectProject(tree), tree, source: { trusted: false }, driver, openBox, timeoutMs: 100_000, workspace,
    signal: new AbortController().signal, log: () => undefined, did: () => undefined, notice: () => undefined,
  }; // prettier-ignore
}

/** The same, with a box whose commands end as told. */
async function scripted(files: Record<string, string | object>, end: Partial<BoxResult>): Promise<InstallRequest> {
  const real = await request(files);
  const run = (_command: BoxCommand): Promise<BoxResult> =>
    Promise.resolve({ exitCode: 1, stdout: '', tail: '', cut: false, durationMs: 1, ...end });
  return { ...real, openBox: async () => Object.assign(await real.openBox(), { run }) satisfies Box };
}

const odd = { 'package.json': { name: 'shop', dependencies: { 'is-odd': '3.0.1' } } };

const failures: [string, Partial<BoxResult>, 'SourceUnreachable' | 'DependencyInstallFailed', string][] = [
  ['a name that does not resolve', { tail: 'npm error code ENOTFOUND' }, 'SourceUnreachable', 'could not be reached'],
  ['a registry that is down', { tail: 'ERROR: 503 Service Unavailable' }, 'SourceUnreachable', '503 Service Unavailable'],
  ['an install without end', { exitCode: null, endedBy: 'timeout' }, 'SourceUnreachable', 'did not end in time'],
  ['a version that nobody published', { tail: 'npm error code ETARGET' }, 'DependencyInstallFailed', 'name a version that the registry has'],
  ['a lock that does not fit', { tail: 'npm error code EUSAGE' }, 'DependencyInstallFailed', 'commit the lock file'],
  ['an unknown certificate', { tail: 'SELF_SIGNED_CERT_IN_CHAIN ECONNRESET' }, 'DependencyInstallFailed', 'CA bundle'],
  ['something unknown', { exitCode: 3, tail: 'boom\n' }, 'DependencyInstallFailed', 'exit code 3). Last it said:\nboom'],
]; // prettier-ignore

describe('preparing dependencies', () => {
  it('asks for nothing when nothing is needed', async () => {
    const opened = { boxes: 0 };
    expect(
      await createInstaller({ locks: join(home, 'locks') }).prepareDependencies(await request({ 'README.md': 'x' }, opened)),
    ).toBeUndefined();
    expect(opened.boxes).toBe(0);
  });

  it('installs once for all that ask at the same time, in one process and in several', async () => {
    const opened = { boxes: 0 };
    const asked = await Promise.all([request(odd, opened), request(odd, opened), request(odd, opened)]);
    const [one, other] = [createInstaller({ locks: join(home, 'locks') }), createInstaller({ locks: join(home, 'locks') })];
    const snapshots = await Promise.all(asked.map((each, i) => (i === 2 ? other : one).prepareDependencies(each)));
    expect([opened.boxes, new Set(snapshots.map((snapshot) => snapshot?.key)).size]).toEqual([1, 1]);

    const [first] = asked;
    if (!first || !snapshots[0]) throw new Error('nothing was prepared');
    const box = await createProcessDriver({ home }).open({ ...boxOf(first.workspace), dependencies: snapshots[0], network: false });
    try {
      expect((await box.run({ command: ['node', '-p', "require('is-odd')(3)"], timeoutMs: 20_000 })).stdout).toBe('true\n');
    } finally {
      await box.close();
    }
  });

  it.each(failures)('tells %s', async (_title, end, type, text) => {
    const files = { 'package.json': { name: 'shop', dependencies: { [`x-${text.length}`]: '1' } } };
    await expectFailure(createInstaller({ locks: join(home, 'locks') }).prepareDependencies(await scripted(files, end)), type, text);
  });

  it('tries again for itself when the one it waited for failed', async () => {
    const files = { 'package.json': { name: 'shop', dependencies: { 'x-again': '1' } } };
    const installer = createInstaller({ locks: join(home, 'locks') });
    const [bad, good] = [await scripted(files, { tail: 'boom' }), await scripted(files, { exitCode: 0 })];
    // The second asks once the first is at work, and waits for it.
    const atWork = Promise.withResolvers<void>();
    const failing = { ...bad, openBox: () => (atWork.resolve(), bad.openBox()) };
    const trying = installer.prepareDependencies(failing);
    const [first, second] = await Promise.allSettled([trying, atWork.promise.then(() => installer.prepareDependencies(good))]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
  });
});
