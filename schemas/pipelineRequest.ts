import { z } from 'zod';
import { CommitSha, Duration, IsolationChoice } from './nouns.ts';
import { PipelineFile } from './pipelineFile.ts';

/** Input of `runPipeline`. Only `repository` is needed; the same JSON works from the bare Temporal CLI. */
export const PipelineRequest = z.strictObject({
  /** A path on the worker's machine, or a `file://` or `https://` URL. */
  repository: z.string('name a path, or a file:// or https:// URL').min(1, 'name a path, or a file:// or https:// URL'),
  ref: z.string().min(1).default('HEAD'),
  /** The commit that `ref` meant when the run was asked for; absent: what it means when the run starts. `ref` then only names the branch. */
  commit: CommitSha.optional(),
  /** Ref that changes are compared with; default: where the ref left the default branch, else the parent commit. */
  base: z.string().min(1).optional(),
  /** Takes the place of the repository's own pipeline file. */
  pipeline: PipelineFile.optional(),
  /** Run only these stages and what they need. */
  stages: z.array(z.string()).optional(),
  /** Stages (and all that need them) whose kept results must not be reused: what `rerun --from` sets. */
  fresh: z.array(z.string()).default([]),
  reuse: z.boolean().default(true),
  isolation: IsolationChoice.default('auto'),
  /** The person who asks vouches for the repository's code: it may run as a plain process when nothing better is there. */
  trusted: z.boolean().default(false),
  /** Who agreed in advance to every approval of this run (`--yes`); absent: approvals are asked. */
  approvedBy: z.string().optional(),
  decideWithin: Duration.default('1 day'),
  /** What an approval that nobody gave in time becomes. */
  onApprovalTimeout: z.enum(['reject', 'approve']).default('reject'),
  /** Longest silence of a working agent before its step is given to another worker. */
  heartbeatTimeout: Duration.default('30 seconds'),
  /** Longest time that a step waits for a worker that serves its queue. */
  workerWait: Duration.default('1 day'),
  requestedBy: z.string().optional(),
  correlation: z.string().optional(),
});
export type PipelineRequest = z.infer<typeof PipelineRequest>;
export type PipelineRequestInput = z.input<typeof PipelineRequest>;
