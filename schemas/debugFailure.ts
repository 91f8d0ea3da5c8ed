import { z } from 'zod';
import { Budget, Change, Mind, Usage } from './mind.ts';
import { BlobRef, Duration } from './nouns.ts';
import { Site } from './solveTask.ts';
import { BranchTodo, Todo } from './todoList.ts';
import { ChangeRefusal } from './testReport.ts';

/** The acceptance tests of one task. The held-out ones never come near the coder. */
export const AcceptanceTests = z.object({
  /** `FileText[]` as JSON in the store. */
  open: BlobRef,
  hidden: BlobRef,
  /** Paths of the open ones; protected. */
  paths: z.array(z.string()),
  hiddenPaths: z.array(z.string()),
  /** Shell lines that run both, at the root of the working tree. */
  commands: z.array(z.string().min(1).max(2000)).min(1).max(10),
});
export type AcceptanceTests = z.infer<typeof AcceptanceTests>;

/** What a proof found out about a change. */
export const Proof = z.object({
  accepted: z.boolean(),
  /** One line for people. */
  verdict: z.string(),
  /** `TestReport` as JSON in the store. */
  report: BlobRef,
  /** `BuildReport` as JSON in the store; absent where nothing of the change was run. */
  buildReport: BlobRef.optional(),
  commit: z.string(),
  /** Hash of what failed and how, hex; the same failure gives the same. Absent when it was accepted. */
  signature: z.string().optional(),
  failures: z.array(z.object({ name: z.string(), message: z.string() })).max(20),
  endedBy: z.enum(['timeout', 'memory', 'output', 'signal']).optional(),
  refusals: z.array(ChangeRefusal).max(50),
  counts: z.object({ total: z.number(), passed: z.number(), failed: z.number(), skipped: z.number() }).optional(),
  coverage: z.number().nullable(),
  isolation: z.string(),
  log: BlobRef.optional(),
});
export type Proof = z.infer<typeof Proof>;

/** Kinds of failures (requirement V5). */
export const FailureClass = z.enum(['implementation_bug', 'spec_mismatch', 'timeout', 'flaky_test']);
export type FailureClass = z.infer<typeof FailureClass>;

/** Facts about a failed proof, gathered by running and reading, judged by `classifyFailure`. */
export const Evidence = z.object({
  /** The tests were ended because their time was over. */
  timedOut: z.boolean(),
  /** Tests that both failed and passed on this commit. */
  flaky: z.array(z.string()),
  /** Interfaces whose real shape is not the contract's. */
  mismatches: z.array(z.object({ interface: z.string(), expected: z.string(), found: z.string() })),
  /** Whether the code differs from `earlier` by more than white space and comments; absent without an earlier attempt. */
  meaningful: z.boolean().optional(),
  /** Traceback, inputs and the log's end, for whoever repairs. At most 8 KiB. */
  diagnostics: z.string(),
});
export type Evidence = z.infer<typeof Evidence>;

/** Input of `debugFailure`. */
export const DebugFailureRequest = z.object({
  site: Site,
  mind: Mind,
  todo: Todo,
  branch: BranchTodo,
  /** The commit that the task started from, with its open tests. */
  base: Change,
  change: Change,
  contract: BlobRef,
  tests: AcceptanceTests,
  proof: Proof,
  /** Its share of what the run has left. */
  budget: Budget,
  testTimeout: Duration,
  commandTimeout: Duration,
  heartbeatTimeout: Duration,
  workerWait: Duration,
  modelWait: Duration,
});
export type DebugFailureRequest = z.infer<typeof DebugFailureRequest>;

export const DebugAttempt = z.object({
  number: z.number().int(),
  class: FailureClass,
  route: z.string(),
  reason: z.string(),
  signature: z.string().optional(),
  commit: z.string(),
  at: z.string(),
});
export type DebugAttempt = z.infer<typeof DebugAttempt>;

export const DebugFailureResult = z.object({
  /** `fixed`: the parent's tests pass. `budget`: ended by a limit. `escalated`: a person must say how to go on. */
  outcome: z.enum(['fixed', 'budget', 'escalated']),
  reason: z.string(),
  attempts: z.array(DebugAttempt),
  base: Change,
  change: Change,
  contract: BlobRef,
  tests: AcceptanceTests,
  proof: Proof,
  usage: Usage,
  workedMs: z.number(),
});
export type DebugFailureResult = z.infer<typeof DebugFailureResult>;
