import type { Project } from '../../repository/project.ts';
import type { FileTree } from '../../repository/tree.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import type { Artifact, StageResult, StageTask } from '../../schemas/stage.ts';
import type { Box, BoxCommand, BoxResult } from '../sandbox/box.ts';

/** What an agent has at hand while it works on one stage. Its commands' output goes to the stage's log by itself. */
export type Workbench = {
  readonly task: StageTask;
  readonly project: Project;
  /** The commit's files, and the base's where there is one; for looking, without a checkout. */
  readonly tree: FileTree;
  readonly baseTree: FileTree | undefined;
  readonly signal: AbortSignal;
  /** A folder of the host with the checked-out commit, without `.git`. Do not change it. */
  readonly workspace: string;
  /** A folder of the host for this stage's own files; removed afterwards. */
  readonly scratch: string;
  /** The box, with dependencies installed; opened at the first call. */
  box(): Promise<Box>;
  /** Runs in the box, logged, under what remains of the stage's timeout. */
  run(command: Omit<BoxCommand, 'timeoutMs'>): Promise<BoxResult>;
  /** Unified diff from base to commit with no context lines; '' without a base. */
  diff(): Promise<string>;
  /** Notes an action for the report, with its time. */
  did(action: string): void;
  /** Notes something that does not decide the outcome but must be told. */
  notice(text: string): void;
  log(line: string): void;
  /** Puts content into the artifact store. */
  keep(name: string, kind: Artifact['kind'], content: string | Uint8Array, mediaType: string): Promise<Artifact>;
  keepFile(name: string, kind: Artifact['kind'], path: string, mediaType: string): Promise<Artifact>;
  /** Reads an artifact of a stage that this one needs to a folder; answers the path. */
  fetch(artifact: Artifact, folder: string): Promise<string>;
};

/** What an agent says at the end; the runner adds times, log, isolation, digest. */
export type Verdict = Pick<StageResult, 'passed' | 'summary'> &
  Partial<Pick<StageResult, 'endedBy' | 'findings' | 'tests' | 'coverage' | 'artifacts'>>;

/** What tells one agent's work from another's when results are kept by content. */
export type AgentTrait = {
  /** `tester@1`: raise it when the agent's judgement changes, so that old results are not reused. */
  version: string;
};

/** Runs one stage's work around the agent's judgement: reuse by content, checkout, dependencies, box, heartbeats, log, clean-up. */
export type StageRunner = (task: StageTask, trait: AgentTrait, work: (bench: Workbench) => Promise<Verdict>) => Promise<StageResult>;

/** Content-addressed store of results that are too large for a workflow's history. */
export type ArtifactStore = {
  put(content: string | Uint8Array, mediaType: string): Promise<BlobRef>;
  putFile(path: string, mediaType: string): Promise<BlobRef>;
  /** Fails with `ArtifactMissing` when it is gone, and when its content no longer has its digest. */
  get(ref: BlobRef): Promise<Uint8Array>;
  getToFile(ref: BlobRef, path: string): Promise<void>;
  /** Small JSON records by key (stage results). */
  recall(key: string): Promise<unknown>;
  remember(key: string, value: unknown): Promise<void>;
};
