import { z } from 'zod';
import { ApprovalStep } from './approvals.ts';
import { Fence } from './locks.ts';
import { stageAgents } from './names.ts';
import { ProjectFile } from './projectFile.ts';
import { BlobRef, Duration, IsolationChoice, isolationKinds } from './nouns.ts';
import { Source } from './source.ts';

/** One node of the stage graph, every default filled in. Made by planning; part of the run's record. */
export const Stage = z.object({
  /** Unique in the run: the name, or `name-<matrix values>`. */
  id: z.string(),
  /** The name as written in the configuration; `rerunFrom` and `--from` take either. */
  name: z.string(),
  agent: z.enum(stageAgents),
  needs: z.array(z.string()),
  /** CEL expression over branch, changed paths and results; absent: always. */
  when: z.string().optional(),
  /** Why planning left the stage out (its paths did not change); absent: it takes part. */
  leftOut: z.string().optional(),
  /** Commands of the project; empty: the agent finds them. */
  run: z.array(z.string()),
  /** Folder inside the repository in which the commands run; '' is the root. */
  directory: z.string(),
  env: z.record(z.string(), z.string()),
  matrix: z.record(z.string(), z.string()),
  allowFailure: z.boolean(),
  /** How often a bad outcome is tried again (0: never). */
  retryOnFailure: z.number().int().nonnegative(),
  /** How often Temporal tries a broken step, first try included. */
  attempts: z.number().int().positive(),
  timeout: Duration,
  /** False: always run, never reuse a result. */
  cache: z.boolean(),
  /** A person must agree before the stage starts. */
  approval: z.boolean(),
  /** Who must agree, one after the other; empty with `approval`: anybody who did not make the change. */
  approvers: z.array(ApprovalStep).default([]),
  environment: z.string().optional(),
  /** Resource that is locked while the stage deploys; absent: none. */
  lock: z.string().optional(),
  /** Settings of the agent, checked by the agent's own schema (see schemas/settings.ts). */
  with: z.record(z.string(), z.unknown()),
});
export type Stage = z.infer<typeof Stage>;

/** What an agent is asked to do. */
export const StageTask = z.object({
  source: Source,
  stage: Stage,
  /** Outcomes of the stages that this one needs, by stage id. */
  needs: z.record(z.string(), z.object({ passed: z.boolean(), digest: z.string(), artifacts: z.array(z.lazy(() => Artifact)) })),
  /** The project's rules at the run's commit. */
  rules: ProjectFile,
  isolation: IsolationChoice,
  /** 1 for the first try, 2 for the first try after a bad outcome, … */
  iteration: z.number().int().positive(),
  /** Names this try for effects on the outside: workflow id, first run id, stage, iteration. Never changes with Temporal's own attempts. */
  effectKey: z.string(),
  /** Token of the lock under which the stage deploys; a target refuses one that is lower than what it has seen. */
  fence: Fence.optional(),
  /** False: do the work even when a result with the same key is kept. */
  reuse: z.boolean(),
});
export type StageTask = z.infer<typeof StageTask>;

/** A named result in the store: a package, an image, a coverage file, a SARIF log. */
export const Artifact = z.object({
  name: z.string(),
  kind: z.enum(['package', 'image', 'sarif', 'junit', 'coverage', 'log', 'report', 'other']),
  /** `sha256:<hex>`: of the content, or an image's own digest. */
  digest: z.string(),
  /** Where the content is; absent when it lives elsewhere (an image in a daemon or registry). */
  blob: BlobRef.optional(),
  /** Reference by which others use it, for example an image name. */
  reference: z.string().optional(),
});
export type Artifact = z.infer<typeof Artifact>;

/** Counts of findings by severity, of those that are new against the base, and of those that a waiver excuses. */
export const FindingCounts = z.object({
  error: z.number(),
  warning: z.number(),
  note: z.number(),
  fresh: z.number(),
  waived: z.number(),
});
export type FindingCounts = z.infer<typeof FindingCounts>;

export const TestCounts = z.object({
  total: z.number(),
  passed: z.number(),
  failed: z.number(),
  skipped: z.number(),
  /** Failed first and passed later on the same commit. */
  flaky: z.array(z.string()),
  /** Fail, and are excused by a quarantine with owner and expiry. */
  quarantined: z.array(z.string()),
  /** Names of failed tests with their first message line; at most 20. */
  failures: z.array(z.object({ name: z.string(), message: z.string() })),
});
export type TestCounts = z.infer<typeof TestCounts>;

/** What one agent found out about one stage. A failed test is a result with `passed: false`, not a failure. */
export const StageResult = z.object({
  passed: z.boolean(),
  /** One line for people: `49 tests passed, 97.8 % of lines covered`. */
  summary: z.string(),
  /** Content hash of the result; part of the keys of the stages that need this one. */
  digest: z.string(),
  /** Workflow id of the run that did the work, when this result was reused. */
  reusedFrom: z.string().optional(),
  isolation: z.enum([...isolationKinds, 'none']),
  /** Things a person should know that do not decide the outcome: unavailable scanners, weaker limits. */
  notices: z.array(z.string()),
  /** Why a command was ended from outside, when that decided the outcome. */
  endedBy: z.enum(['timeout', 'memory', 'output', 'signal']).optional(),
  findings: FindingCounts.optional(),
  tests: TestCounts.optional(),
  /** Percent of lines covered, 0–100. */
  coverage: z.number().optional(),
  artifacts: z.array(Artifact),
  log: BlobRef.optional(),
  /** ISO 8601, from the worker that did the work. */
  startedAt: z.string(),
  endedAt: z.string(),
  /** What the agent did, in order; `ms` since startedAt. At most 50. */
  actions: z.array(z.object({ at: z.string(), did: z.string() })),
});
export type StageResult = z.infer<typeof StageResult>;
