import type { ReleaseJob } from './job.ts';
import type { ReleaseRecord, TargetKind } from './record.ts';

/** What a target adds to a record before anything runs: what it will run, and the digest of that. */
export type Prepared = Pick<ReleaseRecord, 'digest'> &
  Partial<Pick<ReleaseRecord, 'command' | 'rollback' | 'probe' | 'image' | 'directory'>>;

/** A place where releases run. Every method may be called again after a crash at any point. */
export type Target = {
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
  /** What the platform itself says against the instance; undefined: nothing. */
  complaint?(record: ReleaseRecord): Promise<string | undefined>;
  /** Where going back is more than stopping this one and starting the other: takes the release back. */
  takeBack?(record: ReleaseRecord, previous: ReleaseRecord | undefined, signal: AbortSignal): Promise<boolean>;
};

export type Targets = Record<TargetKind, Target>;
