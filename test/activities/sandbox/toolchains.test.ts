import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBubblewrapDriver } from '../../../activities/sandbox/bubblewrap/driver.ts';
import { kindsHere, makeBench } from '../../support/sandboxes.ts';

const bench = await makeBench();
afterAll(() => bench.close());
const missing = (await kindsHere()).find(({ kind }) => kind === 'bubblewrap')?.missing;

describe.skipIf(missing !== undefined)(`a toolchain of this machine in a box of bubblewrap${missing ? ` (${missing})` : ''}`, () => {
  // A box has a /tmp and a home folder of its own, which cover this machine's.
  it.each([
    ['the folder for temporary files', tmpdir()],
    ['the home folder', homedir()],
  ])('is the one that runs when it lies in %s', async (_where, folder) => {
    const prefix = await mkdtemp(join(folder, 'mainstay-toolchain-'));
    onTestFinished(() => rm(prefix, { recursive: true }));
    await chmod(prefix, 0o755);
    await mkdir(join(prefix, 'bin'));
    await cp(process.execPath, join(prefix, 'bin', 'node'));
    vi.stubEnv('PATH', [join(prefix, 'bin'), process.env.PATH].join(delimiter));
    onTestFinished(() => void vi.unstubAllEnvs());

    const box = await bench.box(createBubblewrapDriver({ home: bench.home }));
    const told = await box.run({ command: 'node --version && ls -A /tmp && touch /tmp/mine', timeoutMs: 30_000 });
    expect(told).toMatchObject({ exitCode: 0, stdout: `${process.version}\n` });
  });
});
