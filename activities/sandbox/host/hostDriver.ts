import { failure } from '../../../schemas/failures.ts';
import type { Box, BoxCommand, BoxProcess, BoxRequest, SandboxDriver } from '../box.ts';
import { type BoxFolder, listBoxes, makeBoxFolder } from './boxFolder.ts';
import { type HostCommand, runOnHost, startOnHost } from './command.ts';
import { descendants, exceedsMemory } from './descendants.ts';
import { inWorkspace, workspaceFiles } from './files.ts';
import { signalMarked } from './processes.ts';
import { type HostKind, dependenciesFolder, hasFolder, keepFolder } from './snapshots.ts';
import { removeTree } from './trees.ts';

/** How commands run in a box that is a folder of this machine. */
export type Enclosure = {
  notices: readonly string[];
  /** Where commands see the workspace. */
  root: string;
  /** Owner of the files that are written into the workspace, when it is another user. */
  uid?: number;
  /** The whole argument vector and environment for a command line in `directory`, an absolute path in the box. */
  enter(
    line: readonly string[],
    directory: string,
    env: Readonly<Record<string, string>>,
    marker: string,
  ): { argv: [string, ...string[]]; env: Record<string, string> };
  /** Reaches all processes of a command, by the group that it was started in and by its marker. */
  send(group: number, marker: string, signal: 'SIGTERM' | 'SIGKILL'): void;
};

export type HostDriverDeps = {
  home: string;
  kind: HostKind;
  unavailable(): Promise<string | undefined>;
  fingerprint(): Promise<string>;
  enclose(folder: BoxFolder, request: BoxRequest): Promise<Enclosure>;
};

/** What the drivers whose boxes are folders of this machine have in common. */
export function createHostDriver(deps: HostDriverDeps): SandboxDriver {
  const { home, kind } = deps;
  const folders = new Map<Box, BoxFolder>();

  async function open(request: BoxRequest): Promise<Box> {
    request.signal.throwIfAborted();
    const folder = await makeBoxFolder(home, kind, request);
    try {
      const enclosure = await deps.enclose(folder, request);
      const box = hostBox(kind, folder, enclosure, request, () => folders.delete(box));
      folders.set(box, folder);
      return box;
    } catch (error) {
      await removeTree(folder.root);
      throw error;
    }
  }

  async function keepSnapshot(box: Box, key: string, paths: readonly string[]): Promise<void> {
    const folder = folders.get(box);
    if (!folder) throw failure('SandboxFailed', 'dependencies can be kept only from an open box of the same driver');
    await keepFolder(folder.workspace, paths, dependenciesFolder(home, kind, key));
  }

  async function reap(isAlive: (owner: string) => boolean): Promise<number> {
    const dead = (await listBoxes(home, kind)).filter((box) => !isAlive(box.owner));
    for (const box of dead) {
      signalMarked({ marker: box.id }, 'SIGKILL');
      await removeTree(box.root);
    }
    return dead.length;
  }

  return {
    kind,
    unavailable: () => deps.unavailable(),
    fingerprint: () => deps.fingerprint(),
    open,
    hasSnapshot: (key) => hasFolder(dependenciesFolder(home, kind, key)),
    keepSnapshot,
    reap,
  };
}

function hostBox(kind: HostKind, folder: BoxFolder, enclosure: Enclosure, request: BoxRequest, onClose: () => void): Box {
  let runs = 0;
  let closed = false;

  const started = new Set<BoxProcess>();

  function onHost(command: BoxCommand): HostCommand {
    if (closed) throw failure('SandboxFailed', 'the sandbox has been closed');
    runs += 1;
    const marker = `${folder.id}.${runs}`;
    const directory = inWorkspace(command.directory || '.');
    const line = typeof command.command === 'string' ? ['sh', '-c', command.command] : command.command;
    const { argv, env } = enclosure.enter(
      line,
      directory === '.' ? enclosure.root : `${enclosure.root}/${directory}`,
      command.env ?? {},
      marker,
    );
    return {
      argv,
      env,
      cwd: folder.workspace,
      timeoutMs: command.timeoutMs,
      outputBytes: request.limits.outputBytes,
      onOutput: (chunk) => request.onOutput(chunk),
      signal: request.signal,
      send: (group, signal) => enclosure.send(group, marker, signal),
      tooMuchMemory: (group) => exceedsMemory(descendants(group), request.limits.memoryBytes),
    };
  }

  async function start(command: BoxCommand): Promise<BoxProcess> {
    const process = await startOnHost(onHost(command));
    started.add(process);
    void process.exited.then(() => started.delete(process));
    return process;
  }

  async function close(): Promise<void> {
    closed = true;
    onClose();
    const ends = [...started].map((process) => (process.kill(), process.exited));
    signalMarked({ marker: folder.id }, 'SIGKILL');
    await Promise.all(ends);
    await removeTree(folder.root);
  }

  const run = async (command: BoxCommand) => await runOnHost(onHost(command));
  const files = workspaceFiles(folder.workspace, enclosure.uid);
  return { isolation: kind, notices: enclosure.notices, root: enclosure.root, run, start, close, ...files };
}
