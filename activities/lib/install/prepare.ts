import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import type { Project } from '../../../repository/project.ts';
import type { FileTree } from '../../../repository/tree.ts';
import type { Box, DependencySnapshot, SandboxDriver } from '../../sandbox/box.ts';
import { installFailure } from './diagnose.ts';
import { quoted } from './environment.ts';
import { dependencyKey } from './key.ts';
import { installPlan } from './plan.ts';
import { relocate } from './relocate.ts';
import type { InstallStep } from './step.ts';

export type InstallRequest = {
  project: Project;
  tree: FileTree;
  source: { trusted: boolean };
  driver: Pick<SandboxDriver, 'kind' | 'fingerprint' | 'hasSnapshot' | 'keepSnapshot'>;
  /** Opens a box with network, without dependencies and secrets; asked only when something must be installed. */
  openBox(): Promise<Box>;
  timeoutMs: number;
  signal: AbortSignal;
  log(line: string): void;
  did(action: string): void;
  notice(text: string): void;
};

export type Installer = ReturnType<typeof createInstaller>;

/** `locks`: a folder of this machine; two processes that need the same dependencies wait for one another there. */
export function createInstaller({ locks }: { locks: string }) {
  const underWay = new Map<string, Promise<void>>();

  /**
   * Installs what the project needs, once per lock file. Undefined when it needs nothing. Fails with `SourceUnreachable`
   * (worth another try) or `DependencyInstallFailed` (names the fix).
   */
  async function prepareDependencies(request: InstallRequest): Promise<DependencySnapshot | undefined> {
    const steps = await installPlan(request.project, request.tree, request.source.trusted);
    if (steps.length === 0) return undefined;
    for (const notice of new Set(steps.flatMap((step) => step.notices))) request.notice(notice);
    const key = dependencyKey(steps, { kind: request.driver.kind, fingerprint: await request.driver.fingerprint() });

    while (!(await request.driver.hasSnapshot(key))) {
      const other = underWay.get(key);
      if (other) {
        // Its failure belongs to the one who started it; this one then tries for itself.
        await other.catch(() => undefined);
        request.signal.throwIfAborted();
        continue;
      }
      const own = installOnce(locks, key, steps, request).finally(() => underWay.delete(key));
      underWay.set(key, own);
      await own;
    }
    return { key };
  }

  return { prepareDependencies };
}

async function installOnce(locks: string, key: string, steps: InstallStep[], request: InstallRequest): Promise<void> {
  const release = await acquire(locks, key, request);
  try {
    if (await request.driver.hasSnapshot(key)) return;
    await install(key, steps, request);
  } finally {
    // A lock that was lost on the way is nobody's to release.
    await release().catch(() => undefined);
  }
}

async function acquire(locks: string, key: string, request: InstallRequest): Promise<() => Promise<void>> {
  await mkdir(locks, { recursive: true });
  for (;;) {
    request.signal.throwIfAborted();
    try {
      // Losing the lock (a machine that slept) means at worst that two install the same.
      return await lock(join(locks, key), {
        realpath: false,
        stale: 30_000,
        update: 5_000,
        onCompromised: (error) => request.log(error.message),
      });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw error;
      await wait(250, undefined, { signal: request.signal });
    }
  }
}

async function install(key: string, steps: InstallStep[], request: InstallRequest): Promise<void> {
  const box = await request.openBox();
  try {
    const deadline = Date.now() + request.timeoutMs;
    for (const step of steps) {
      for (const [path, text] of Object.entries(step.files)) await box.writeText(path, text);
      request.log(`$ ${step.command}`);
      const env = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, value.replaceAll('{root}', box.root)]));
      const timeoutMs = Math.max(1, deadline - Date.now());
      const result = await box.run({ command: step.command, directory: step.directory, env, timeoutMs });
      if (result.exitCode !== 0) throw installFailure(step, result);
      request.did(`${step.name} (${(result.durationMs / 1000).toFixed(1)} s)`);
    }
    await relocate(box, steps, deadline);
    await request.driver.keepSnapshot(box, key, await kept(box, steps, deadline));
  } finally {
    await box.close();
  }
}

async function kept(box: Box, steps: InstallStep[], deadline: number): Promise<string[]> {
  const wanted = new Set(steps.flatMap((step) => step.keep));
  const test = [...wanted].filter((path) => path !== 'node_modules').map(quoted);
  const lines = [`for path in ${test.join(' ')}; do [ -e "$path" ] && echo "$path"; done`];
  if (wanted.has('node_modules')) lines.push("find . -name node_modules -prune -print | sed 's|^\\./||'");
  const found = await box.run({
    command: `${lines.slice(test.length === 0 ? 1 : 0).join('; ')}; true`,
    timeoutMs: Math.max(10_000, deadline - Date.now()),
  });
  return [...new Set(found.stdout.split('\n').filter((line) => line !== ''))].sort();
}
