import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { kill } from './installation.ts';

const script = fileURLToPath(new URL('developChild.ts', import.meta.url));

type Options = { address: string; bundle: string; environment: Record<string, string> };

/** One worker of the develop flow at a time, as a process; while it works the next one loads already. */
export function openDevelopWorker({ address, bundle, environment }: Options) {
  const { TEMPORAL_ADDRESS: _, ...inherited } = process.env;
  const children = new Set<ChildProcess>();
  const load = () => {
    const loading = spawn(process.execPath, [script, address, bundle], {
      env: { ...inherited, ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.add(loading);
    loading.once('exit', () => children.delete(loading));
    // The pipe of one that was killed.
    loading.stdin.on('error', () => undefined);
    return loading;
  };
  const now: { working?: ChildProcess; next: ChildProcess; turn?: Promise<void>; over?: boolean } = { next: load() };

  /** Lets the next process work; answers once it polls. */
  async function start(): Promise<void> {
    const started = now.next;
    now.working = started;
    const ready = new Promise<void>((resolve) => {
      started.stdout?.once('data', () => resolve());
      started.once('exit', () => resolve());
    });
    started.stdin?.write('work\n');
    now.next = load();
    await ready;
  }

  async function strike(): Promise<void> {
    const { working } = now;
    now.working = undefined;
    if (working) await kill(working);
  }

  return {
    start,
    /** `kill -9` of the worker alone; answers false when there was none. The next one starts at once. */
    async replace(): Promise<boolean> {
      if (!now.working || now.over) return false;
      const striking = strike();
      now.turn = striking.then(() => (now.over ? undefined : start()));
      await striking;
      return true;
    },
    /** Kills the worker, lets a last one tidy up after it, and ends that in order. */
    async finish(): Promise<void> {
      now.over = true;
      await now.turn;
      await strike();
      await start();
      const last = now.working!;
      const ended = new Promise((resolve) => last.once('exit', resolve));
      last.stdin?.end();
      await ended;
    },
    async close(): Promise<void> {
      now.over = true;
      for (const child of children) await kill(child);
    },
  };
}
