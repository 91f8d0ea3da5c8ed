import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Dockerode from 'dockerode';
import type { Box, BoxRequest, SandboxDriver } from '../../activities/sandbox/box.ts';
import { thisOwner } from '../../activities/sandbox/owner.ts';
import { createSandboxes } from '../../activities/sandbox/sandboxes.ts';
import { isolationKinds } from '../../schemas/nouns.ts';

const mebibyte = 2 ** 20;

/** A home folder of its own with its drivers, boxes that are closed at the end, and workspaces made of a few files. */
export async function makeBench() {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-sandbox-test-'));
  const sandboxes = createSandboxes({ home, image: 'mainstay-sandbox:2' });
  const open = new Set<Box>();
  const snapshots: string[] = [];
  let workspaces = 0;

  async function workspace(files: Record<string, string> = {}): Promise<string> {
    workspaces += 1;
    const folder = join(home, `source-${workspaces}`);
    await mkdir(folder);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    return folder;
  }

  async function box(driver: SandboxDriver, given: Partial<BoxRequest> & { files?: Record<string, string> } = {}): Promise<Box> {
    const { files, ...request } = given;
    const opened = await driver.open({
      workspace: await workspace(files),
      network: false,
      limits: { memoryBytes: 1024 * mebibyte, processes: 128, cpus: 1, outputBytes: 4 * mebibyte, diskBytes: 256 * mebibyte },
      onOutput: () => undefined,
      signal: new AbortController().signal,
      owner: thisOwner(),
      ...request,
    });
    open.add(opened);
    return opened;
  }

  async function close(): Promise<void> {
    for (const each of open) await each.close();
    for (const key of snapshots) await new Dockerode().getImage(`mainstay-dependencies:${key}`).remove({ force: true });
    await rm(home, { recursive: true, force: true });
  }

  /** Has what a driver keeps outside the home folder removed at the end. */
  function forget(driver: SandboxDriver, key: string): void {
    if (driver.kind === 'docker') snapshots.push(key);
  }

  return { home, ...sandboxes, workspace, box, forget, close };
}

/** Every kind of isolation with the reason why it cannot be tested on this machine, if so. Never makes an image. */
export async function kindsHere(): Promise<{ kind: (typeof isolationKinds)[number]; missing: string | undefined }[]> {
  const { drivers } = createSandboxes({ home: tmpdir(), image: 'mainstay-sandbox:2' });
  return await Promise.all(
    isolationKinds.map(async (kind) => {
      const driver = drivers.find((each) => each.kind === kind);
      const imageIsThere = kind !== 'docker' || (await driver?.fingerprint().catch(() => 'none')) !== 'none';
      const missing = imageIsThere ? await driver?.unavailable() : 'no Docker daemon with the sandbox image';
      return { kind, missing };
    }),
  );
}
