import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { labels } from '../../../activities/sandbox/docker/container.ts';
import { ownerIsAlive, thisOwner } from '../../../activities/sandbox/owner.ts';
import { createSandboxes } from '../../../activities/sandbox/sandboxes.ts';
import { kindsHere } from '../../support/sandboxes.ts';

const kinds = await kindsHere();

describe('an owner', () => {
  it('is alive while its process lives', () => {
    expect(ownerIsAlive(thisOwner())).toBe(true);
  });

  it.each([
    ['its process has ended', (owner: string) => owner.replace(/:\d+:/, ':4194303:')],
    ['another process has its number', (owner: string) => owner.replace(/\d+$/, '1')],
  ])('is dead when %s', (_why, change) => {
    expect(ownerIsAlive(change(thisOwner()))).toBe(false);
  });

  it('on another machine counts as alive', () => {
    expect(ownerIsAlive('elsewhere:1:1')).toBe(true);
  });
});

describe('after a worker was killed', () => {
  for (const { kind, missing } of kinds) {
    it.skipIf(missing !== undefined)(`its box of ${kind} and all its processes are removed${missing ? ` (${missing})` : ''}`, async () => {
      const worker = execa(process.execPath, [join(import.meta.dirname, '../../support/boxOwnerChild.ts'), kind], {
        reject: false,
        buffer: false,
      });
      const [first] = await worker.stdout.take(1).toArray();
      const { home }: { home: string } = JSON.parse(String(first).split('\n')[0] ?? '');
      worker.kill('SIGKILL');
      await worker;
      const { drivers } = createSandboxes({ home, image: 'mainstay-sandbox:2' });
      const driver = drivers.find((each) => each.kind === kind);
      const owner = worker.pid;
      if (kind !== 'docker') expect(await readdir(join(home, 'boxes'))).toHaveLength(1);
      else expect(await containersOf(owner)).toHaveLength(1);

      expect(await driver?.reap(ownerIsAlive)).toBeGreaterThanOrEqual(1);

      expect(await readdir(join(home, 'boxes')).catch(() => [])).toEqual([]);
      if (kind === 'docker') expect(await containersOf(owner)).toEqual([]);
      expect((await execa('pgrep', ['-f', '^sleep 4711$'], { reject: false })).stdout).toBe('');
      await rm(home, { recursive: true, force: true });
    });
  }
});

async function containersOf(pid: number | undefined): Promise<string[]> {
  const listed = await new Dockerode().listContainers({ all: true, filters: { label: [labels.box] } });
  return listed.filter((container) => container.Labels[labels.owner]?.includes(`:${pid}:`)).map((container) => container.Id);
}
