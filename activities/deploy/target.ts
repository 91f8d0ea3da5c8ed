import type { ReleaseJob } from './job.ts';
import type { ReleaseRecord, TargetKind } from './record.ts';

/** What a target adds to a record before anything runs: what it will run, and the digest of that. */
export type Prepared = Pick<ReleaseRecord, 'digest'> &
  Partial<Pick<ReleaseRecord, 'command' | 'rollback' | 'probe' | 'image' | 'cluster' | 'directory'>>;

/** A place where releases run. Every method may be called again after a crash at any point. */
export type Target = {
  /**
   * `inPlace`: a start puts the new release where the one before was, so that stopping is nothing and `takeBack` is the way back; it
   * has no port on this machine, and a start that ended has deployed. Else releases live beside each other.
   */
  readonly manner: 'inPlace' | 'beside';
  /** Gets everything that can be had before anything runs: the image, or the source and its dependencies. */
  prepare(job: ReleaseJob): Promise<Prepared>;
  /** Starts it, or finds it running already; answers the mark of the instance. */
  start(record: ReleaseRecord, signal: AbortSignal): Promise<string>;
  /** Ends everything that runs under the record's key. */
  stop(record: ReleaseRecord): Promise<void>;
  /** Mark of the instance that runs now; undefined: none. */
  instance(record: ReleaseRecord): Promise<string | undefined>;
  /** Last lines that it printed. */
  lastLines(record: ReleaseRecord): Promise<string>;
  /** Runs a command of the project beside the release; answers its exit code. */
  ask(record: ReleaseRecord, command: string, signal: AbortSignal): Promise<number>;
  /** Removes what `stop` keeps for going back. */
  discard(record: ReleaseRecord): Promise<void>;
  /** How the instance ended, when the target knows more than that its mark changed. */
  ending?(record: ReleaseRecord): Promise<string | undefined>;
  /** What the platform itself says against the instance; undefined: nothing. */
  complaint?(record: ReleaseRecord): Promise<string | undefined>;
  /** Where going back is more than stopping this one and starting the other: takes the release back. */
  takeBack?(record: ReleaseRecord, previous: ReleaseRecord | undefined, signal: AbortSignal): Promise<boolean>;
};

/** A target that this worker does not have: refuses to make or look at releases; there is nothing to stop. */
export function absentTarget(manner: Target['manner'], reason: Error): Target {
  const refuse = () => Promise.reject(reason);
  const stop = manner === 'inPlace' ? () => Promise.resolve() : refuse;
  return { manner, prepare: refuse, start: refuse, stop, instance: refuse, lastLines: refuse, ask: refuse, discard: stop };
}

export type Targets = Record<TargetKind, Target>;
