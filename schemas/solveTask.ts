import { z } from 'zod';
import { Change, Provenance, Usage } from './mind.ts';
import { BlobRef, Duration, IsolationChoice } from './nouns.ts';
import { ProjectFile } from './projectFile.ts';
import { Source } from './source.ts';

/** Most that one loop may use; what is absent does not end it. */
export const LoopLimits = z.object({
  steps: z.number().int().nonnegative(),
  tokens: z.number().int().nonnegative(),
  usd: z.number().nonnegative().optional(),
  minutes: z.number().nonnegative(),
});
export type LoopLimits = z.infer<typeof LoopLimits>;

/** What the agents of one task need to know of the run around it. */
export const Site = z.object({
  source: Source,
  rules: ProjectFile,
  isolation: IsolationChoice,
  /** Workflow id of the run; with the task's id the name of the branch. */
  run: z.string(),
  /** Names effects and commits of this run: workflow id and first run id. */
  key: z.string(),
  taskId: z.string(),
});
export type Site = z.infer<typeof Site>;

/** Input of `solveTask`: the agent loop of one task. */
export const SolveTaskRequest = z.object({
  site: Site,
  role: z.enum(['coder', 'debugger']),
  start: Change,
  /** What is to be done, for the model: text in the store. */
  brief: BlobRef,
  /** Paths that the agent may read and not change (globs). */
  protected: z.array(z.string()),
  limits: LoopLimits,
  commandTimeout: Duration,
  heartbeatTimeout: Duration,
  workerWait: Duration,
  modelWait: Duration,
  /** Where an earlier loop of the same work stopped. */
  resume: z.lazy(() => LoopMemory).optional(),
  /** What had been used when this loop began, where it continues in a fresh history. */
  before: z.object({ usage: Usage, workedMs: z.number() }).optional(),
});
export type SolveTaskRequest = z.infer<typeof SolveTaskRequest>;

/** What a loop carries from step to step, and into a fresh history. */
export const LoopMemory = z.object({
  change: Change,
  /** Newest link of the transcript's chain; absent: nothing was said yet. */
  transcript: BlobRef.optional(),
  /** What came of the last step. */
  observation: BlobRef.optional(),
  usage: Usage,
  /** Milliseconds of work so far, rate limits left out. */
  workedMs: z.number(),
  /** Steps one after the other that changed nothing and said the same. */
  stuck: z.number().int(),
  lastHeadline: z.string(),
  by: Provenance.optional(),
});
export type LoopMemory = z.infer<typeof LoopMemory>;

export const SolveTaskResult = z.object({
  /** `done`: the agent says so. `budget`: a limit was reached; the work so far is committed. `stuck`: it repeats itself. */
  outcome: z.enum(['done', 'budget', 'stuck']),
  change: Change,
  /** The agent's own words. */
  summary: z.string(),
  usage: Usage,
  workedMs: z.number(),
  memory: LoopMemory,
});
export type SolveTaskResult = z.infer<typeof SolveTaskResult>;

/** What an agent can do in one step. */
export const actionKinds = ['read', 'search', 'edit', 'run', 'done'] as const;
export const Action = z.discriminatedUnion('kind', [
  /** Lines of a file, or the names in a folder. Lines from 1. */
  z.object({
    kind: z.literal('read'),
    path: z.string().max(300),
    from: z.number().int().positive().optional(),
    to: z.number().int().positive().optional(),
  }),
  /** Lines that match a regular expression (RE2), in files that match a glob. */
  z.object({ kind: z.literal('search'), pattern: z.string().min(1).max(500), glob: z.string().max(300).optional() }),
  /** Puts `text` in place of `find`, which must stand in the file exactly once; without `find` it is the whole file; text null takes the file away. */
  z.object({
    kind: z.literal('edit'),
    path: z.string().max(300),
    find: z.string().min(1).optional(),
    text: z.string().max(400_000).nullable(),
  }),
  /** A shell line in the sandbox, at the root of the working tree. */
  z.object({ kind: z.literal('run'), command: z.string().min(1).max(10_000) }),
  z.object({ kind: z.literal('done'), summary: z.string().max(10_000) }),
]);
export type Action = z.infer<typeof Action>;
