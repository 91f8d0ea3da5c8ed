import { randomUUID } from 'node:crypto';
import { posix } from 'node:path';
import { failure } from '../../../schemas/failures.ts';
import type { Provenance, Usage } from '../../../schemas/mind.ts';
import type { LoopLimits } from '../../../schemas/solveTask.ts';
import type { Box } from '../../sandbox/box.ts';
import type { ModelPrice } from '../model/price.ts';
import { addresses } from '../model/provider.ts';
import { endOf, type Outcome, usageOf } from './ends.ts';
import { findCommand } from './probe.ts';
import { type CodingProgram, programs } from './programs.ts';
import { keepAccount } from './protocol/account.ts';
import { holdSession } from './protocol/session.ts';
import { createProxy } from './proxy/proxy.ts';
import type { Provider } from './proxy/routes.ts';
import { startRelayed } from './relay/relay.ts';

/** Which model each program may use; one that is absent has no key. As in the configuration. */
export type ProgramSettings = Readonly<Partial<Record<CodingProgram, { provider: Provider; url?: string; key?: string; model?: string }>>>;

export type ProgramRunnerDeps = {
  settings: ProgramSettings;
  prices?: readonly ModelPrice[];
  /** Command lines in place of the usual ones. */
  commands?: Partial<Record<CodingProgram, readonly [string, ...string[]]>>;
  /** Milliseconds for a program to greet and open a session; default two minutes, as slow machines start large programs. */
  greetingMs?: number;
  /** Milliseconds to stop by itself before it is killed; default ten seconds. */
  graceMs?: number;
};

export type ProgramRun = {
  program: CodingProgram;
  /** A box without network that holds the work; what the program changes stays in it. */
  box: Box;
  /** What is to be done: the program's whole prompt. */
  brief: string;
  /** Where it works, relative to the workspace; default its root. */
  directory?: string;
  /** Aborts the run: the program is told to stop, then killed. */
  signal: AbortSignal;
  /** One line for people each time the program says or does something. */
  onProgress(line: string): void;
  /** `steps` are requests to the model. */
  limits: LoopLimits;
};

export type ProgramResult = Outcome & {
  /** The program's own words. */
  summary: string;
  usage: Usage;
  by: Provenance;
};

export type ProgramRunner = {
  /**
   * Lets a coding program work in a box over the Agent Client Protocol, with its model's host as the one place it reaches. Fails with
   * `NotConfigured` (no key), `ToolMissing` (not in the sandbox), `IsolationUnavailable`, `ModelFailed` (it broke), `ServiceRefused` and
   * `ServiceUnavailable` (its model did, for another reason than being busy), `SandboxFailed` (the box did); with the signal's reason when that
   * aborted.
   */
  run(order: ProgramRun): Promise<ProgramResult>;
};

const minuteMs = 60_000;
/** A program waits by itself for a model that is busy for so long; longer it would keep a worker's slot for nothing, and is parked at once. */
const patienceMs = minuteMs;

/** Runs coding programs in boxes. Keys stay on the host: a proxy adds them to what comes out of the box. */
export function createProgramRunner(deps: ProgramRunnerDeps): ProgramRunner {
  const { settings, prices, commands = {}, greetingMs = 120_000, graceMs = 10_000 } = deps;

  async function run({ program, box, brief, directory = '.', signal, onProgress, limits }: ProgramRun): Promise<ProgramResult> {
    signal.throwIfAborted();
    const entry = programs[program];
    const setting = settings[program];
    if (!setting) throw failure('NotConfigured', `${entry.title} has no model to ask: set ${keysOf(entry.providers)}`);
    if (box.isolation === 'process') {
      throw failure('IsolationUnavailable', `${entry.title} would run with your rights and in sight of the keys: use Docker or bubblewrap`);
    }
    const command = commands[program] ?? (await findCommand(box, program, entry));

    const stop = new AbortController();
    const place = { provider: setting.provider, model: setting.model, pass: `mainstay-${randomUUID()}`, own: setting.url !== undefined };
    const proxy = createProxy({
      upstream: { provider: setting.provider, url: setting.url ?? addresses[setting.provider], key: setting.key },
      prices,
      pass: place.pass,
      limits: { requests: limits.steps, tokens: limits.tokens, usd: limits.usd },
      onUse: ({ exhausted }) => exhausted && stop.abort(),
      onTrouble: (trouble) => (trouble.parkForMs ?? 0) > patienceMs && stop.abort(trouble),
    });
    const account = keepAccount(onProgress);
    const timeMs = limits.minutes * minuteMs;
    const relay = await startRelayed(box, {
      argv: command,
      env: entry.env(place),
      files: entry.files(place),
      directory,
      timeoutMs: timeMs + greetingMs + 2 * graceMs,
      onConnection: (connection) => proxy.accept(connection),
    }).catch((error: unknown) => {
      proxy.close();
      throw error;
    });
    const clock = setTimeout(() => stop.abort(), timeMs);
    const halt = () => stop.abort();
    signal.addEventListener('abort', halt, { once: true });
    try {
      const session = holdSession({
        program: relay.program,
        box,
        directory: posix.join(box.root, directory),
        brief,
        account,
        signIns: entry.signIns,
        offerFiles: entry.offerFiles,
        greetingMs,
        stop: stop.signal,
      });
      const end = await endOf({ title: entry.title, session, relay, proxy, stop: stop.signal, graceMs, signal, setting });
      return {
        ...end,
        summary: account.summary(),
        usage: usageOf(proxy),
        by: { agent: 'coder@1', mind: `program:${program}` },
      };
    } finally {
      clearTimeout(clock);
      signal.removeEventListener('abort', halt);
      proxy.close();
      relay.kill();
      await relay.exited;
    }
  }

  return { run };
}

function keysOf(providers: readonly Provider[]): string {
  const names = { google: 'GOOGLE_API_KEY', anthropic: 'ANTHROPIC_API_KEY', openai: 'OPENAI_API_KEY' } as const;
  return providers.map((provider) => names[provider]).join(', or ');
}
