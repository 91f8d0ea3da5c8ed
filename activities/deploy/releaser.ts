import getPort from 'get-port';
import ms, { type StringValue } from 'ms';
import type { Release } from '../../schemas/deploy.ts';
import { failure, failureCatalogue, failureMessage, failureType } from '../../schemas/failures.ts';
import type { Fence } from '../../schemas/locks.ts';
import { type ReleaseJob, environmentOf } from './job.ts';
import type { Ledger } from './ledger.ts';
import { createLifter, withPort, withUsablePort } from './lifter.ts';
import { type ReleaseRecord, releaseOf } from './record.ts';
import type { Prepared, Targets } from './target.ts';

/** The steps of making a release and of taking it back. The caller holds the environment's lock. */
export function createReleaser(targets: Targets) {
  const lifter = createLifter(targets);

  return {
    /** The release, when it was made before and is in service; undefined: it is to be made. */
    async probe({ key, ledger }: ReleaseJob): Promise<Release | undefined> {
      const record = await ledger.record(key);
      const { current } = await ledger.state();
      return record?.status === 'running' && current === key ? releaseOf(record) : undefined;
    },

    /** Brings the release up, and only then takes the one before down; `DeployFailed` or `UnhealthyRelease` leave that one in service. */
    async apply(job: ReleaseJob): Promise<Release> {
      const { key, ledger, signal, settings } = job;
      const state = await ledger.state();
      if (state.undone.includes(key)) throw failure('DeployFailed', `${key} was taken back before it was made`);
      const old = state.current === undefined || state.current === key ? undefined : await ledger.record(state.current);
      const record = await beginOrResume(job, targets);
      const samePort = old?.port !== undefined && old.port === record.port;
      try {
        if (samePort) await targets[old.target].stop(old);
        const running = await lifter.bringUp(ledger, record, ms(settings.ready_within as StringValue), signal);
        const made = await ledger.write({ ...running, status: 'running', previous: old?.key ?? record.previous });
        await ledger.setState({ ...state, current: key, releases: [key, ...state.releases.filter((other) => other !== key)] });
        if (old) await retire(targets, ledger, old);
        await prune(targets, ledger, made);
        return releaseOf(made);
      } catch (error) {
        // Cancelled, or the worker ends: the next attempt goes on here, or the release is taken back.
        if (signal.aborted || passesByItself(error)) throw error;
        await targets[record.target].stop(record);
        await ledger.write({ ...record, status: 'failed', reason: failureMessage(error) });
        await putRight(record, old, { error, signal });
        if (samePort) await lifter.revive(ledger, old, signal);
        throw error;
      }
    },

    /** Puts the release before back into service and ends this one; harmless when that was done, or when there is nothing to undo. */
    async compensate({ key, ledger, signal, reason, fence }: Undo): Promise<void> {
      const state = await ledger.state();
      await ledger.setState({ ...state, undone: [key, ...state.undone.filter((other) => other !== key)].slice(0, undoneKept) });
      const record = withFence(await ledger.record(key), fence);
      const successor = state.current === key ? record?.previous : state.current;
      const previous = successor === undefined ? undefined : withFence(await standing(ledger, successor), fence);

      // First up, then down, so that somebody answers all the time; unless both want the same port.
      const upFirst = (record === undefined || targets[record.target].manner === 'beside') && previous?.port !== record?.port;
      const early = upFirst && previous ? await restore(ledger, previous, signal) : undefined;
      if (record) await takeDown(record, previous, signal);
      const restored = early ?? (previous && (await restore(ledger, previous, signal)));
      if (record && record.status !== 'failed') await ledger.write({ ...record, status: 'undone', reason });
      await ledger.setState({ ...(await ledger.state()), current: restored?.key });
    },
  };

  async function takeDown(record: ReleaseRecord, previous: ReleaseRecord | undefined, signal: AbortSignal): Promise<void> {
    const target = targets[record.target];
    await target.stop(record);
    if (record.status !== 'undone') await target.takeBack?.(record, previous, signal);
  }

  /** A failed start that left something half in place is taken back at once; a command's only when the run undoes it, by its own command. */
  async function putRight(record: ReleaseRecord, old: ReleaseRecord | undefined, { error, signal }: Failed): Promise<void> {
    if (record.target === 'command' || failureType(error) === 'LockLost') return;
    await targets[record.target].takeBack?.(record, old && withFence(old, record.fence), signal);
  }

  async function restore(ledger: Ledger, record: ReleaseRecord, signal: AbortSignal): Promise<ReleaseRecord> {
    try {
      return await lifter.revive(ledger, record, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      const why = `The release before (${record.key}) did not come up again: ${failureMessage(error)}`;
      throw failure('RollbackFailed', why, undefined, error);
    }
  }
}

export type Undo = { key: string; ledger: Ledger; signal: AbortSignal; reason: string; fence?: Fence };
type Failed = { error: unknown; signal: AbortSignal };

/** True for what Temporal tries again: the next attempt goes on where this one stopped. */
function passesByItself(error: unknown): boolean {
  const type = failureType(error);
  return type !== undefined && !failureCatalogue[type].permanent;
}

/** The record as the holder of this lock changes it, whoever deployed it. */
function withFence<T extends ReleaseRecord | undefined>(record: T, fence: Fence | undefined): T {
  return record && { ...record, fence };
}

// Releases kept for going back beside the running one and the one before it; and keys that must never be deployed late.
const kept = 3;
const undoneKept = 50;

async function beginOrResume(job: ReleaseJob, targets: Targets): Promise<ReleaseRecord> {
  const { key, kind, ledger } = job;
  const begun = await ledger.record(key);
  if (begun?.status === 'starting') return await withUsablePort(targets, ledger, withFence(begun, job.task.fence));
  if (begun) {
    await targets[begun.target].stop(begun);
    await targets[begun.target].discard(begun);
    await ledger.forget(key);
  }
  const prepared = await targets[kind].prepare(job);
  return await ledger.write(await newRecord(job, prepared, targets));
}

async function newRecord({ key, kind, settings, task }: ReleaseJob, prepared: Prepared, targets: Targets): Promise<ReleaseRecord> {
  const record: ReleaseRecord = {
    environment: environmentOf(task),
    target: kind,
    key,
    slug: task.source.slug,
    commit: task.source.commit,
    status: 'starting',
    portIsFree: settings.publish === 0,
    health: settings.health,
    env: task.stage.env,
    directory: '',
    startedAt: new Date().toISOString(),
    fence: task.fence,
    ...prepared,
  };
  if (targets[kind].manner === 'inPlace' || settings.health.none) return { ...record, healthUrl: settings.health.url };
  const port = settings.publish || (await getPort());
  return withPort({ ...record, insidePort: settings.port }, port);
}

/** The nearest release, from this one back, that was good when it was replaced. */
async function standing(ledger: Ledger, key: string): Promise<ReleaseRecord | undefined> {
  const record = await ledger.record(key);
  if (!record) return undefined;
  if (record.status === 'running' || record.status === 'retired') return record;
  return record.previous === undefined ? undefined : await standing(ledger, record.previous);
}

async function retire(targets: Targets, ledger: Ledger, old: ReleaseRecord): Promise<void> {
  await targets[old.target].stop(old);
  await ledger.write({ ...old, status: 'retired' });
}

async function prune(targets: Targets, ledger: Ledger, current: ReleaseRecord): Promise<void> {
  const { releases, ...state } = await ledger.state();
  const needed = [current.key, current.previous];
  const [stay, go] = [releases.slice(0, kept), releases.slice(kept).filter((key) => !needed.includes(key))];
  for (const key of go) {
    const record = await ledger.record(key);
    if (record) await targets[record.target].discard(record);
    await ledger.forget(key);
  }
  await ledger.setState({ ...state, releases: [...stay, ...releases.slice(kept).filter((key) => needed.includes(key))] });
}
