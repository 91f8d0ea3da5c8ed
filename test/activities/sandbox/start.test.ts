import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Box, BoxProcess, SandboxDriver } from '../../../activities/sandbox/box.ts';
import { failureType } from '../../../schemas/failures.ts';
import { kindsHere, makeBench } from '../../support/sandboxes.ts';

const minute = 60_000;
// A child that would outlive its parent, and shows its life by a file that it keeps writing.
const withChild = `(while :; do date +%N > alive; sleep 0.05; done) & echo ready; cat`;

for (const { kind, missing } of await kindsHere()) {
  describe.skipIf(missing !== undefined)(`a program started in a box of ${kind}${missing ? ` (${missing})` : ''}`, () => {
    let bench: Awaited<ReturnType<typeof makeBench>>;
    let driver: SandboxDriver;

    beforeAll(async () => {
      bench = await makeBench();
      driver = (await bench.choose(kind, true)).driver;
    });
    afterAll(() => bench.close());

    it('is spoken with until its input ends', async () => {
      const box = await bench.box(driver, { files: { 'web/a.txt': 'x' } });
      const program = await box.start({
        command: 'pwd; env | grep OWN; cat; exit 3',
        directory: 'web',
        env: { OWN: 'yes' },
        timeoutMs: minute,
      });
      const answer = text(program);
      program.stdin.write('one\n');
      program.stdin.end('two\n');
      expect(await answer).toBe(`${box.root}/web\nOWN=yes\none\ntwo\n`);
      expect(await program.exited).toEqual({ exitCode: 3, endedBy: undefined });
      program.kill();
      expect((await box.run({ command: 'echo after', timeoutMs: minute })).stdout).toBe('after\n');
    });

    it('is held up while nobody reads, and loses nothing', async () => {
      const box = await bench.box(driver);
      const program = await box.start({ command: 'head -c 20000000 /dev/zero; echo wrote >&2; cat', timeoutMs: minute });
      await once(program.stdout, 'readable');
      expect(program.stderr()).toBe('');
      program.stdin.end();
      let size = 0;
      for await (const chunk of program.stdout) size += (chunk as Buffer).length;
      expect(size).toBe(20_000_000);
      expect(await program.exited).toMatchObject({ exitCode: 0 });
      expect(program.stderr()).toBe('wrote\n');
    });

    it.each<[string, (it: { program: BoxProcess; box: Box; aborting: AbortController }) => void | Promise<void>, string]>([
      ['kill', ({ program }) => program.kill(), 'signal'],
      ['the signal of the box', ({ aborting }) => aborting.abort(), 'signal'],
      ['the end of the box', ({ box }) => box.close(), 'signal'],
    ])('dies with its children by %s', async (_how, end, endedBy) => {
      const aborting = new AbortController();
      const box = await bench.box(driver, { signal: aborting.signal });
      const program = await box.start({ command: withChild, timeoutMs: minute });
      await once(program.stdout, 'data');
      await expect.poll(() => box.readText('alive'), { timeout: 30_000 }).toBeDefined();
      await end({ program, box, aborting });
      expect(await program.exited).toEqual({ exitCode: null, endedBy });
    });

    it('leaves nothing running behind', async () => {
      const box = await bench.box(driver);
      const program = await box.start({ command: withChild, timeoutMs: minute });
      await once(program.stdout, 'data');
      await expect.poll(() => box.readText('alive'), { timeout: 30_000 }).toBeTruthy();
      program.kill();
      await program.exited;
      const watched = await box.run({ command: 'rm alive; sleep 0.3; ls', timeoutMs: minute });
      expect(watched.stdout).toBe('');
    });

    it('ends by its time and by a flood of standard error', async () => {
      const box = await bench.box(driver);
      const slow = await box.start({ command: 'sleep 60', timeoutMs: 300 });
      expect(await slow.exited).toEqual({ exitCode: null, endedBy: 'timeout' });
      const loud = await box.start({ command: 'yes >&2', timeoutMs: minute });
      expect(await loud.exited).toEqual({ exitCode: null, endedBy: 'output' });
      expect(Buffer.byteLength(loud.stderr())).toBeLessThanOrEqual(8192);
    });

    it('cannot start in a box that is closed', async () => {
      const box = await bench.box(driver);
      await box.close();
      expect(failureType(await box.start({ command: 'true', timeoutMs: minute }).catch((error: unknown) => error))).toBe('SandboxFailed');
    });
  });
}

async function text({ stdout }: BoxProcess): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdout) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
