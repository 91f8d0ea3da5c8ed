import type { Readable, Writable } from 'node:stream';
import type { IsolationChoice, IsolationKind } from '../../schemas/nouns.ts';

/** A command of a stage. It runs with a clean environment: PATH of the tools, HOME, CI=true, LANG, and `env`; nothing else. */
export type BoxCommand = {
  /** A shell line (run by `sh -c`), or an argument vector. */
  command: string | readonly string[];
  /** Relative to the workspace; default its root. */
  directory?: string;
  env?: Readonly<Record<string, string>>;
  /** Milliseconds; then SIGTERM to all, and SIGKILL to all five seconds later. */
  timeoutMs: number;
};

/** How a command ended. The whole output went to `onOutput`; only its end is kept here. */
export type BoxResult = {
  exitCode: number | null;
  /** Why it was ended from outside. `output`: it printed more than the limit. */
  endedBy?: 'timeout' | 'memory' | 'output' | 'signal';
  /** Standard output, at most 1 MiB (the first; longer output is cut and `cut` says so). */
  stdout: string;
  /** Last 8 KiB of standard output and error together. */
  tail: string;
  cut: boolean;
  durationMs: number;
};

/** A program in a box that is spoken with while it runs. Whoever starts it reads `stdout`: unread output holds the program up. */
export type BoxProcess = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Last 8 KiB of standard error. */
  stderr(): string;
  /** Settles when it and all that it started are dead; never rejects. `endedBy` as in `BoxResult`; `output`: too much standard error. */
  readonly exited: Promise<{ exitCode: number | null; endedBy?: BoxResult['endedBy'] }>;
  /** Kills it and its children now. Safe to call twice. */
  kill(): void;
};

/** An isolated place with one copy of a workspace, where code of the target repository may run. */
export type Box = {
  readonly isolation: IsolationKind;
  /** Weaknesses a person should know: `no memory limit`, `runs with this user's rights`, `gVisor`. */
  readonly notices: readonly string[];
  /** Where commands see the workspace, an absolute path inside the box. */
  readonly root: string;
  /** Runs to its end. Rejects only when the box broke (`SandboxFailed`) or `signal` aborted; then all its processes are dead. */
  run(command: BoxCommand): Promise<BoxResult>;
  /**
   * Starts a program and answers at once, with the environment, limits and ends of `run`: its time, the box's `close` and the signal kill it.
   * One at a time; a `run` meanwhile may wait for its end.
   */
  start(command: BoxCommand): Promise<BoxProcess>;
  /** Text of a file under the workspace; undefined when absent, not a regular file, or above `maxBytes` (default 32 MiB). Links are not followed out. */
  readText(path: string, maxBytes?: number): Promise<string | undefined>;
  /** Regular files under the workspace that match the globs (picomatch), without node_modules and .venv, sorted. */
  find(globs: readonly string[]): Promise<string[]>;
  writeText(path: string, text: string): Promise<void>;
  /** Copies regular files of the workspace to a folder of the host; refuses links, devices, `..`, and more than `maxBytes` in all. */
  copyOut(paths: readonly string[], to: string, maxBytes?: number): Promise<void>;
  /** Kills everything and removes the box. Safe to call twice. */
  close(): Promise<void>;
};

export type BoxRequest = {
  /** Folder of the host whose content becomes the workspace (copied; the box never writes into it). */
  workspace: string;
  /** Dependencies from `snapshot`, laid over the workspace. */
  dependencies?: DependencySnapshot;
  /** True only for the dependency install; every other box is without network. */
  network: boolean;
  limits: BoxLimits;
  /** Receives every piece of output while a command runs. Above `limits.outputBytes` the command is ended. */
  onOutput(chunk: string): void;
  signal: AbortSignal;
  /** Labels the box, so that a reaper finds what a dead worker left. */
  owner: string;
};

/** Bytes, counts and cores. */
export type BoxLimits = { memoryBytes: number; processes: number; cpus: number; outputBytes: number; diskBytes: number };

/** Dependencies installed once per key, kept by the driver in its own way (an image, a folder). */
export type DependencySnapshot = { key: string };

/** One way of isolating. */
export type SandboxDriver = {
  readonly kind: IsolationKind;
  /** Undefined when it works here; else why not and what would help, one sentence. */
  unavailable(): Promise<string | undefined>;
  /** True for anything that changes what an install gives (image digest, tool versions); part of dependency keys. */
  fingerprint(): Promise<string>;
  open(request: BoxRequest): Promise<Box>;
  hasSnapshot(key: string): Promise<boolean>;
  /** Keeps these paths of the box's workspace (folders such as node_modules, .venv) under the key. The box may lose all else: close it then. */
  keepSnapshot(box: Box, key: string, paths: readonly string[]): Promise<void>;
  /** Ends and removes boxes of owners that live no more. */
  reap(isAlive: (owner: string) => boolean): Promise<number>;
};

/** Chooses a driver by the person's wish and the repository's trust; fails with `IsolationUnavailable`. */
export type Sandboxes = {
  choose(wish: IsolationChoice, trusted: boolean): Promise<{ driver: SandboxDriver; notices: string[] }>;
  drivers: readonly SandboxDriver[];
};
