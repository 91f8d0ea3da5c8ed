import ms from 'ms';
import { failure, failureType } from '../../schemas/failures.ts';
import type { Change } from '../../schemas/mind.ts';
import type { Site } from '../../schemas/solveTask.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import type { Progress } from '../lib/heartbeats.ts';
import type { SourceReader } from '../lib/source.ts';
import type { CoderDeps } from './deps.ts';
import { openBox, type WarmBox } from './openBox.ts';
import { isRewritten, rawDiff } from './rawDiff.ts';
import { restorePaths } from './restore.ts';

/** A model thinks for minutes, a person for longer: then the next command waits a second for a new box. */
const idleMs = ms('10 minutes');

type Room = { warm?: WarmBox; last: Promise<unknown>; stop: AbortController; idle?: NodeJS.Timeout };
type Use = { site: Site; change: Change; signal: AbortSignal; progress: Progress };

/** The warm boxes of this process, one per task. */
export type WarmBoxes = {
  /**
   * Works in the task's box, which shows the change's files; one after the other. A box that broke is thrown away and the work is done once more
   * in a new one.
   */
  use<T>(use: Use, work: (warm: WarmBox) => Promise<T>): Promise<T>;
  close(site: Site): Promise<void>;
};

/** Boxes are closed when nobody has used them for ten minutes, and when this process has nothing more to do. */
export function createWarmBoxes(deps: CoderDeps): WarmBoxes {
  const rooms = new Map<string, Room>();
  const closeAll = () => void Promise.all([...rooms.keys()].map(empty)).catch(() => undefined);

  async function attempt<T>(key: string, use: Use, work: (warm: WarmBox) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      const room = rooms.get(key) ?? enter(key);
      clearTimeout(room.idle);
      const stop = () => room.stop.abort(use.signal.reason);
      use.signal.throwIfAborted();
      use.signal.addEventListener('abort', stop, { once: true });
      try {
        room.warm = await readied(deps, room, use);
        return await work(room.warm);
      } catch (error) {
        await leave(room);
        if (tries > 1 || use.signal.aborted || failureType(error) !== 'SandboxFailed') throw error;
      } finally {
        use.signal.removeEventListener('abort', stop);
        room.idle = setTimeout(() => void empty(key).catch(() => undefined), idleMs).unref();
      }
    }
  }

  function enter(key: string): Room {
    if (rooms.size === 0) process.once('beforeExit', closeAll);
    const room: Room = { last: Promise.resolve(), stop: new AbortController() };
    rooms.set(key, room);
    return room;
  }

  async function leave(room: Room): Promise<void> {
    clearTimeout(room.idle);
    const box = room.warm?.box;
    room.warm = undefined;
    room.stop = new AbortController();
    await box?.close();
  }

  async function empty(key: string): Promise<void> {
    const room = rooms.get(key);
    if (room === undefined) return;
    room.stop.abort(failure('SandboxFailed', 'the sandbox of the task was closed'));
    await room.last;
    await leave(room);
    rooms.delete(key);
    if (rooms.size === 0) process.off('beforeExit', closeAll);
  }

  return {
    use(use, work) {
      const key = keyOf(use.site);
      const room = rooms.get(key) ?? enter(key);
      const turn = room.last.then(() => attempt(key, use, work));
      room.last = turn.catch(() => undefined);
      return turn;
    },
    close: (site) => empty(keyOf(site)),
  };
}

/** The room's box, brought to the change; a new one where that cannot be done by writing a few files. */
async function readied(deps: CoderDeps, room: Room, { site, change, progress }: Use): Promise<WarmBox> {
  const { warm } = room;
  if (warm !== undefined && (await broughtTo(deps.sources, warm, site, change, room.stop.signal))) {
    warm.listen = progress;
    return warm;
  }
  await warm?.box.close();
  room.warm = undefined;
  return await openBox({ deps, site, change, signal: room.stop.signal, progress });
}

async function broughtTo(sources: SourceReader, warm: WarmBox, site: Site, change: Change, signal: AbortSignal): Promise<boolean> {
  const { at, box } = warm;
  if (at === undefined) return false;
  if (at === change.commit) return true;
  const source = sourceAt(site.source, change);
  const differing = await sources.read(
    source,
    async (git) => {
      const descends = await git.attempt(['merge-base', '--is-ancestor', at, change.commit]);
      if (descends.exitCode !== 0) return undefined;
      return rawDiff(await git.run(['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames', at, change.commit]));
    },
    signal,
  );
  if (differing === undefined) return false;
  warm.at = undefined;
  warm.listing = undefined;
  const [rewritten, others] = [differing.filter(isRewritten), differing.filter((one) => !isRewritten(one))];
  const paths = { paths: others.map(({ path }) => path), rewritten: rewritten.map(({ path }) => path) };
  if (!(await restorePaths({ box, ...paths, sources, source, signal }))) return false;
  warm.at = change.commit;
  return true;
}

function keyOf({ key, taskId }: Site): string {
  return `${key}\0${taskId}`;
}
