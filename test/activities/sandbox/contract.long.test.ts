import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxDriver } from '../../../activities/sandbox/box.ts';
import { failureType } from '../../../schemas/failures.ts';
import { kindsHere, makeBench } from '../../support/sandboxes.ts';

const minute = 60_000;

for (const { kind, missing } of await kindsHere()) {
  describe.skipIf(missing !== undefined)(`a box of ${kind}${missing ? ` (${missing})` : ''}`, () => {
    let bench: Awaited<ReturnType<typeof makeBench>>;
    let driver: SandboxDriver;
    let out: string;

    beforeAll(async () => {
      bench = await makeBench();
      driver = (await bench.choose(kind, true)).driver;
      out = await mkdtemp(join(tmpdir(), 'mainstay-out-'));
    });
    afterAll(async () => {
      await bench.close();
      await rm(out, { recursive: true, force: true });
    });

    it('runs a shell line in a folder of a copy of the workspace and tells output, end and exit code', async () => {
      const chunks: string[] = [];
      const box = await bench.box(driver, { files: { 'web/a.txt': 'α' }, onOutput: (chunk) => chunks.push(chunk) });
      const result = await box.run({ command: 'cat a.txt; echo oops >&2; echo new > b.txt; exit 3', directory: 'web', timeoutMs: minute });
      expect(result).toMatchObject({ exitCode: 3, endedBy: undefined, stdout: 'α', cut: false });
      expect(result.tail).toContain('oops');
      expect(chunks.join('')).toContain('oops');
      expect(await box.readText('web/b.txt')).toBe('new\n');
      expect((await box.run({ command: ['cat', 'web/b.txt'], timeoutMs: minute })).stdout).toBe('new\n');
    });

    it('gives commands a clean environment', async () => {
      process.env.MAINSTAY_TEST_SECRET = 'canary';
      const box = await bench.box(driver);
      const { stdout } = await box.run({ command: 'env', env: { OWN: 'yes' }, timeoutMs: minute });
      delete process.env.MAINSTAY_TEST_SECRET;
      const names = stdout.split('\n').flatMap((line) => (line.includes('=') ? [line.slice(0, line.indexOf('='))] : []));
      expect(stdout).not.toContain('canary');
      expect(stdout).toMatch(/^OWN=yes$/m);
      expect(stdout).toMatch(/^CI=true$/m);
      expect(stdout).not.toContain('node_modules/.bin');
      const known = new Set([
        'PATH',
        'HOME',
        'TMPDIR',
        'CI',
        'LANG',
        'OWN',
        'PWD',
        'HOSTNAME',
        'MAINSTAY_BOX',
        'RUSTUP_HOME',
        'SHLVL',
        '_',
      ]);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
    });

    it('has Node, npm, Python and git at hand', async () => {
      const box = await bench.box(driver);
      const result = await box.run({ command: 'node --version && npm --version && python3 --version && git --version', timeoutMs: minute });
      expect(result.exitCode).toBe(0);
    });

    it.each([
      ['a folder that is not there', { command: 'true', directory: 'nowhere' }, 126],
      ['a program that is not there', { command: ['no-such-program'] }, 127],
    ])('answers an exit code for %s', async (_what, command, code) => {
      const box = await bench.box(driver);
      expect(await box.run({ ...command, timeoutMs: minute })).toMatchObject({ exitCode: code });
    });

    it('kills a command that ignores SIGTERM five seconds after its time', async () => {
      const box = await bench.box(driver);
      const result = await box.run({ command: `trap '' TERM; echo started; while :; do sleep 0.1; done`, timeoutMs: 300 });
      expect(result).toMatchObject({ endedBy: 'timeout', stdout: 'started\n' });
      expect(result.durationMs).toBeGreaterThan(4_900);
      expect(result.durationMs).toBeLessThan(12_000);
    });

    it('lets a command clean up after its time', async () => {
      const box = await bench.box(driver);
      const result = await box.run({ command: `trap 'echo cleaned > done.txt; exit 0' TERM; sleep 60 & wait`, timeoutMs: 500 });
      expect(result.endedBy).toBe('timeout');
      expect(result.durationMs).toBeLessThan(5_000);
      expect(await box.readText('done.txt')).toBe('cleaned\n');
    });

    it('leaves no daemon behind, however it has detached itself', async () => {
      const box = await bench.box(driver);
      const daemon = `(setsid sh -c 'while :; do date > beat.txt; sleep 0.05; done' > /dev/null 2>&1 &) ; until [ -s beat.txt ]; do sleep 0.05; done`;
      expect((await box.run({ command: daemon, timeoutMs: minute })).exitCode).toBe(0);
      const state = 'rm -f beat.txt; sleep 0.4; cat beat.txt';
      expect((await box.run({ command: state, timeoutMs: minute })).exitCode).not.toBe(0);
    });

    it('ends a command that prints too much, and keeps little of it', async () => {
      let heard = 0;
      const box = await bench.box(driver, { onOutput: (chunk) => (heard += chunk.length) });
      const before = process.memoryUsage().rss;
      const result = await box.run({ command: 'head -c 100000000 /dev/zero | tr "\\0" x', timeoutMs: minute });
      expect(result).toMatchObject({ endedBy: 'output', cut: true });
      expect(result.stdout.length).toBeLessThanOrEqual(2 ** 20);
      expect(result.tail.length).toBeLessThanOrEqual(8 * 2 ** 10);
      expect(heard).toBeLessThan(5 * 2 ** 20);
      expect(process.memoryUsage().rss - before).toBeLessThan(80 * 2 ** 20);
      expect((await box.run({ command: 'echo again', timeoutMs: minute })).stdout).toBe('again\n');
    });

    it('ends at once when it is cancelled', async () => {
      const cancel = new AbortController();
      const box = await bench.box(driver, {
        signal: cancel.signal,
        onOutput: () => cancel.abort(new Error('cancelled by the test')),
      });
      const startedAt = Date.now();
      await expect(box.run({ command: `trap '' TERM; echo up; sleep 60`, timeoutMs: minute })).rejects.toThrow('cancelled by the test');
      expect(Date.now() - startedAt).toBeLessThan(4_000);
    });

    it('writes, reads, finds and copies regular files only', async () => {
      const box = await bench.box(driver, { files: { 'src/a.ts': 'a', 'node_modules/x/a.ts': 'x', 'big.bin': 'x'.repeat(2000) } });
      await box.writeText('reports/deep/r.json', '{}');
      await box.run({ command: 'echo more >> reports/deep/r.json && mkfifo pipe', timeoutMs: minute });
      expect(await box.readText('reports/deep/r.json')).toBe('{}more\n');
      expect(await box.find(['**/*.ts', '**/*.json'])).toEqual(['reports/deep/r.json', 'src/a.ts']);
      expect([
        await box.readText('none'),
        await box.readText('src'),
        await box.readText('pipe'),
        await box.readText('big.bin', 1999),
      ]).toEqual(Array.from({ length: 4 }));
      await box.copyOut(['src/a.ts', 'reports/deep/r.json'], join(out, kind));
      expect(await readFile(join(out, kind, 'reports/deep/r.json'), 'utf8')).toBe('{}more\n');
      const tooLarge = await box.copyOut(['src/a.ts', 'big.bin'], join(out, kind), 1000).catch(failureType);
      expect(tooLarge).toBe('ResultTooLarge');
    });

    it('reads and copies nothing that is no regular file of the workspace', async () => {
      const workspace = await bench.workspace({ 'src/a.ts': 'a' });
      await symlink('/etc/passwd', join(workspace, 'link'));
      await symlink('/etc', join(workspace, 'folder'));
      const box = await bench.box(driver, { workspace });
      await box.run({ command: 'mkfifo pipe', timeoutMs: minute });
      for (const path of ['pipe', 'src', 'none', '../owner', '/etc/passwd', 'link', 'folder/passwd']) {
        expect(await box.copyOut([path], join(out, `${kind}-refused`)).catch(failureType), path).toBe('PathOutsideRepository');
        expect(await box.readText(path).catch(failureType), path).toBe(
          path.startsWith('/') || path.startsWith('..') ? 'PathOutsideRepository' : undefined,
        );
      }
    });

    it('keeps dependencies of one box and lays them over another workspace', async () => {
      const key = `test${process.pid}${Date.now()}`;
      expect(await driver.hasSnapshot(key)).toBe(false);
      const installer = await bench.box(driver, { network: true, files: { 'old.txt': 'old' } });
      const made = await installer.run({
        command:
          'mkdir -p node_modules/dep web/node_modules/dep && echo 1 | tee node_modules/dep/v web/node_modules/dep/v && ln -s dep node_modules/alias',
        timeoutMs: minute,
      });
      expect(made.exitCode).toBe(0);
      await driver.keepSnapshot(installer, key, ['node_modules', 'web/node_modules', 'absent']);
      bench.forget(driver, key);
      expect(await driver.hasSnapshot(key)).toBe(true);
      await installer.close();

      const box = await bench.box(driver, { dependencies: { key }, files: { 'web/new.txt': 'new' } });
      const seen = await box.run({
        command: 'find . -mindepth 1 | sort; cat node_modules/alias/v; echo 2 > node_modules/dep/v',
        timeoutMs: minute,
      });
      const deps = ['./node_modules', './node_modules/alias', './node_modules/dep', './node_modules/dep/v'];
      const web = ['./web', './web/new.txt', './web/node_modules', './web/node_modules/dep', './web/node_modules/dep/v', '1'];
      expect(seen.stdout.trim().split('\n')).toEqual([...deps, ...web]);
      const other = await bench.box(driver, { dependencies: { key } });
      expect(await other.readText('node_modules/dep/v')).toBe('1\n');
    });

    it('can be closed twice', async () => {
      const box = await bench.box(driver);
      await box.close();
      await box.close();
      await expect(box.run({ command: 'true', timeoutMs: minute })).rejects.toMatchObject({ type: 'SandboxFailed' });
    });
  });
}
