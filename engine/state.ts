import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { commandLine } from './process.ts';

const EngineState = z.object({
  pid: z.number().int().positive(),
  address: z.string(),
  uiAddress: z.string(),
  profile: z.enum(['durable', 'fast']),
  startedAt: z.iso.datetime(),
  /** Processes that use the engine; the last one to leave stops it. */
  users: z.array(z.object({ pid: z.number().int(), id: z.string() })),
});
/** What home/engine/engine.json holds while an engine runs. */
export type EngineState = z.infer<typeof EngineState>;

const Ports = z.object({ port: z.number().int(), uiPort: z.number().int() });
/** The ports of the last engine of this home, so that links to its Web UI stay valid. Written when it first answered. */
export type Ports = z.infer<typeof Ports>;

/** The engine's folder of a home, made when missing. */
export function engineFolder(home: string): string {
  const folder = join(home, 'engine');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** The recorded engine, if its process lives; the record of a dead one is removed. */
export async function readLiveState(home: string): Promise<EngineState | undefined> {
  const state = readJson(statePath(home), EngineState);
  if (!state) return undefined;
  const command = await commandLine(state.pid);
  // The number of a dead process may belong to another program by now.
  if (command.includes('start-dev') && command.includes(`--port=${state.address.split(':').at(-1)} `)) return state;
  removeState(home);
  return undefined;
}

/** Written without a pause, so that no crash leaves a server that nobody knows of. */
export function writeState(home: string, state: EngineState): void {
  writeJson(statePath(home), state);
}

export function removeState(home: string): void {
  rmSync(statePath(home), { force: true });
}

export function readPorts(home: string): Ports | undefined {
  return readJson(join(engineFolder(home), 'ports.json'), Ports);
}

export function writePorts(home: string, ports: Ports): void {
  writeJson(join(engineFolder(home), 'ports.json'), ports);
}

/** The users whose process still lives. */
export async function liveUsers(state: EngineState): Promise<EngineState['users']> {
  const lives = await Promise.all(state.users.map(async (user) => (await commandLine(user.pid)) !== ''));
  return state.users.filter((_user, index) => lives[index]);
}

function statePath(home: string): string {
  return join(engineFolder(home), 'engine.json');
}

// A file that is missing, half written or from another version tells nothing; the engine is then found by starting one.
function readJson<T>(path: string, shape: z.ZodType<T>): T | undefined {
  try {
    return shape.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function writeJson(path: string, value: unknown): void {
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, path);
}
