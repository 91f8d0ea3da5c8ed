import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { failure } from '../../../schemas/failures.ts';
import type { Box, BoxCommand, BoxRequest, SandboxDriver } from '../box.ts';
import { type BoxFolder, listBoxes, makeBoxFolder } from '../host/boxFolder.ts';
import { runOnHost } from '../host/command.ts';
import { authorityVariables, registryVariables, toolPath } from '../host/environment.ts';
import { inWorkspace, workspaceFiles } from '../host/files.ts';
import { residentBytes } from '../host/memory.ts';
import { boxVariable, markedProcesses, signalMarked } from '../host/processes.ts';
import { dependenciesFolder, hasFolder, keepFolder } from '../host/snapshots.ts';
import { removeTree } from '../host/trees.ts';
import { rlimits } from '../host/rlimits.ts';

const notices = ["runs with this user's rights: it can read and write what you can", 'the network is open', 'no limit on processes'];

/** Commands as plain processes of this user, in a copy of the workspace. Only for repositories that the user trusts. */
export function createProcessDriver({ home }: { home: string }): SandboxDriver {
  const open$ = new Map<Box, BoxFolder>();

  async function open(request: BoxRequest): Promise<Box> {
    const folder = await makeBoxFolder(home, 'process', request);
    const limit = await rlimits({ fileBytes: request.limits.diskBytes });
    let runs = 0;

    async function run(command: BoxCommand) {
      runs += 1;
      const marker = `${folder.id}.${runs}`;
      const line = typeof command.command === 'string' ? ['sh', '-c', command.command] : command.command;
      const argv = [...limit, ...line];
      if (!isFilled(argv)) throw failure('InvalidInput', 'an empty command');
      return await runOnHost({
        argv,
        cwd: join(folder.workspace, inWorkspace(command.directory || '.')),
        env: { ...environment(folder, request.network), ...command.env, [boxVariable]: marker },
        timeoutMs: command.timeoutMs,
        outputBytes: request.limits.outputBytes,
        onOutput: (chunk) => request.onOutput(chunk),
        signal: request.signal,
        send: (group, signal) => signalMarked({ group, marker }, signal),
        memory: { used: () => residentBytes(markedProcesses(marker)), limitBytes: request.limits.memoryBytes },
      });
    }

    async function close(): Promise<void> {
      open$.delete(box);
      signalMarked({ marker: folder.id }, 'SIGKILL');
      await removeTree(folder.root);
    }

    const box: Box = { isolation: 'process', notices, root: folder.workspace, run, close, ...workspaceFiles(folder.workspace) };
    open$.set(box, folder);
    return box;
  }

  async function reap(isAlive: (owner: string) => boolean): Promise<number> {
    const dead = (await listBoxes(home, 'process')).filter((box) => !isAlive(box.owner));
    for (const box of dead) {
      signalMarked({ marker: box.id }, 'SIGKILL');
      await removeTree(box.root);
    }
    return dead.length;
  }

  return {
    kind: 'process',
    unavailable: async () => (process.platform === 'win32' ? 'plain processes need a POSIX system; use Docker' : undefined),
    fingerprint: async () => await toolVersions(toolPath(process.env)),
    open,
    hasSnapshot: async (key) => await hasFolder(dependenciesFolder(home, 'process', key)),
    async keepSnapshot(box, key, paths) {
      const folder = open$.get(box);
      if (!folder) throw failure('SandboxFailed', 'dependencies can be kept only from an open box of the same driver');
      await keepFolder(folder.workspace, paths, dependenciesFolder(home, 'process', key));
    },
    reap,
  };
}

function environment(folder: BoxFolder, network: boolean): Record<string, string> {
  const rustup = process.env.RUSTUP_HOME ?? join(homedir(), '.rustup');
  return {
    PATH: toolPath(process.env),
    HOME: folder.home,
    TMPDIR: folder.tmp,
    CI: 'true',
    LANG: 'C.UTF-8',
    // rustup's proxies look for toolchains in the home folder, which is another one here.
    ...(existsSync(rustup) ? { RUSTUP_HOME: rustup } : {}),
    ...(network ? { ...authorityVariables(process.env), ...registryVariables(process.env) } : {}),
  };
}

/** Hash of the versions of what installs dependencies here. */
async function toolVersions(path: string): Promise<string> {
  const tools = [
    ['node', '--version'],
    ['npm', '--version'],
    ['python3', '--version'],
    ['go', 'version'],
    ['rustc', '--version'],
  ] as const;
  const versions = await Promise.all(
    tools.map(async ([tool, flag]) => (await execa(tool, [flag], { reject: false, env: { PATH: path }, timeout: 10_000 })).stdout ?? ''),
  );
  return createHash('sha256')
    .update(JSON.stringify([process.platform, process.arch, versions]))
    .digest('hex');
}

function isFilled(argv: readonly string[]): argv is [string, ...string[]] {
  return argv.length > 0;
}
