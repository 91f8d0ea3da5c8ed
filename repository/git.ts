import { ApplicationFailure } from '@temporalio/common';
import { execa } from 'execa';
import { failure } from '../schemas/failures.ts';
import { type GitTransport, hardenedEnvironment, hardenedSettings } from './hardening.ts';

type GitCommand = {
  input?: string | Uint8Array;
  /** What git is told after the input, once: the text for what it has printed so far, or undefined to wait for more of it. */
  reply?: (printed: string) => string | undefined;
  env?: Readonly<Record<string, string>>;
  /** Default `none`: then git cannot fetch, not even the missing objects of a partial clone. */
  transport?: GitTransport;
  /** Most bytes of standard output; more ends git and fails with `RepositoryRefused`. Default 256 MiB. */
  maxBytes?: number;
};

/** How git ended; `error` is the end of its standard error. */
type GitResult = { exitCode: number; output: Buffer; error: string };

/** Runs git by argument vector, with nothing of this user's, this machine's or the repository's configuration able to run a program. */
export type Git = {
  /** Standard output of a command that must succeed; else fails with `SourceUnreachable`, which Temporal tries again. */
  run(args: readonly string[], command?: GitCommand): Promise<Buffer>;
  /** The same as text without the last line feed. */
  text(args: readonly string[], command?: GitCommand): Promise<string>;
  /** Any exit code is a result. Rejects when git is missing (`ToolMissing`), on timeout and on abort (with the signal's reason). */
  attempt(args: readonly string[], command?: GitCommand): Promise<GitResult>;
  /** Standard output in pieces; leaving the loop early kills git. */
  stream(args: readonly string[], command?: GitCommand): AsyncGenerator<Buffer>;
};

type GitOptions = {
  /** Folder in which git starts; default the root folder, so that no repository is found by chance. */
  directory?: string;
  /** The repository itself; always named, never searched for. */
  gitDir?: string;
  workTree?: string;
  signal?: AbortSignal;
  /** Longest time of one command, milliseconds. Default ten minutes: a first fetch of a large history takes some. */
  timeoutMs?: number;
  /** More `key=value` settings, for example the repository's own filters turned off. */
  settings?: readonly string[];
};

const defaultTimeoutMs = 600_000;
const defaultMaxBytes = 256 * 2 ** 20;

/**
 * Git with hardened environment and settings. Runs by execa: simple-git ends git with SIGINT alone and leaves its transport helpers, keeps all
 * output as text in memory, and its guard by pattern is no protection that an argument vector needs.
 */
export function openGit(options: GitOptions = {}): Git {
  const git: Git = {
    async run(args, command) {
      const result = await git.attempt(args, command);
      if (result.exitCode !== 0) throw gitFailed(args, result.exitCode, result.error);
      return result.output;
    },
    async text(args, command) {
      return (await git.run(args, command)).toString('utf8').replace(/\n$/, '');
    },
    async attempt(args, command = {}) {
      options.signal?.throwIfAborted();
      const child = start(options, args, command);
      if (command.reply) converse(child, command.input ?? '', command.reply);
      const result = await child;
      options.signal?.throwIfAborted();
      if (result.code === 'ENOENT') throw gitMissing();
      if (result.timedOut) throw failure('SourceUnreachable', `git ${args[0]} did not end in time and was stopped`);
      if (result.isMaxBuffer)
        throw failure('RepositoryRefused', `git ${args[0]} answered with more data than Mainstay takes from a repository`);
      return {
        exitCode: result.exitCode ?? 128,
        output: Buffer.from(result.stdout ?? []),
        error: Buffer.from(result.stderr ?? []).toString('utf8'),
      };
    },
    async *stream(args, command = {}) {
      options.signal?.throwIfAborted();
      const child = start(options, args, command, false);
      try {
        yield* child.stdout as AsyncIterable<Buffer>;
        const result = await child;
        options.signal?.throwIfAborted();
        if (result.code === 'ENOENT') throw gitMissing();
        if (result.exitCode !== 0) throw gitFailed(args, result.exitCode, Buffer.from(result.stderr ?? []).toString('utf8'));
      } finally {
        child.kill('SIGKILL');
      }
    },
  };
  return git;
}

function start(options: GitOptions, args: readonly string[], command: GitCommand, bufferOutput = true) {
  return execa('git', [...globalArguments(options), ...args], {
    cwd: options.directory ?? '/',
    env: { ...hardenedEnvironment(command.transport ?? 'none'), ...command.env },
    extendEnv: false,
    encoding: 'buffer',
    buffer: { stdout: bufferOutput, stderr: true },
    maxBuffer: { stdout: command.maxBytes ?? defaultMaxBytes, stderr: 2 ** 20 },
    ...standardInput(command),
    cancelSignal: options.signal,
    timeout: options.timeoutMs ?? defaultTimeoutMs,
    killDescendants: true,
    forceKillAfterDelay: 2000,
    stripFinalNewline: false,
    reject: false,
  });
}

function standardInput({ input, reply }: GitCommand) {
  if (reply) return { stdin: 'pipe' as const };
  return input === undefined ? { stdin: 'ignore' as const } : { input };
}

function converse(child: ReturnType<typeof start>, input: string | Uint8Array, reply: NonNullable<GitCommand['reply']>): void {
  const { stdin, stdout } = child;
  // A git that gave up closes its input; how it ended is told by its exit code.
  stdin?.on('error', () => undefined);
  stdin?.write(input);
  let printed = '';
  stdout?.on('data', (chunk: Buffer) => {
    if (stdin?.writableEnded) return;
    printed += chunk.toString('utf8');
    const answer = reply(printed);
    if (answer !== undefined) stdin?.end(answer);
  });
  stdout?.on('end', () => stdin?.end());
}

function globalArguments(options: GitOptions): string[] {
  return [
    '--no-pager',
    ...(options.gitDir === undefined ? [] : [`--git-dir=${options.gitDir}`]),
    ...(options.workTree === undefined ? [] : [`--work-tree=${options.workTree}`]),
    ...[...hardenedSettings, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting]),
  ];
}

/** The last line of git's complaint, without its prefix. */
export function lastLine(error: string): string {
  const line = error.trimEnd().split('\n').at(-1) ?? '';
  return line.replace(/^(?:fatal|error): /, '') || 'no reason given';
}

/** The failure that a command which git gave up becomes. */
export function gitFailed(args: readonly string[], exitCode: number | undefined, error: string) {
  return failure('SourceUnreachable', `git ${args[0]} failed: ${lastLine(error)}`, { exitCode });
}

/** True for a command that git itself gave up, for example because the repository is damaged; not for timeouts and aborts. */
export function isGitFailure(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.type === 'SourceUnreachable' && error.details?.[0] instanceof Object;
}

function gitMissing() {
  return failure('ToolMissing', 'git is not installed on this machine, or not on PATH: install git 2.39 or newer');
}
