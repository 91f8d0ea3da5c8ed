import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerIsAlive } from '../activities/sandbox/owner.ts';
import type { SandboxDriver } from '../activities/sandbox/box.ts';

/** Removes what workers that were killed on this machine left: boxes, and the scratch folders of their stages. */
export async function removeLeftovers({ home, drivers }: { home: string; drivers: readonly SandboxDriver[] }): Promise<void> {
  await Promise.allSettled(drivers.map((driver) => driver.reap(ownerIsAlive)));
  const scratch = join(home, 'scratch');
  const owners = await readdir(scratch).catch(() => []);
  const dead = owners.filter((owner) => !ownerIsAlive(owner));
  await Promise.all(dead.map((owner) => rm(join(scratch, owner), { recursive: true, force: true })));
}
