import { z } from 'zod';
import { ApprovalOutcome } from './approvals.ts';
import { GitHubPlace } from './github.ts';
import { CommitSha, Duration, IsolationChoice } from './nouns.ts';
import { PipelineFile } from './pipelineFile.ts';
import { Review } from './review.ts';

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
  /** What caused the run; conditions see it as `event`. */
  event: z.enum(['manual', 'push', 'pull_request']).default('manual'),
  /** Name of the branch where `ref` does not tell it (a pull request's head); conditions see it as `branch`. */
  branch: z.string().min(1).optional(),
  /** Where deploy stages go, in place of what the pipeline says. */
  environment: z.string().min(1).max(60).optional(),
  /** Commits at which the project's rules and the pipeline are read; default: the run's own. A change cannot loosen the rules that judge it. */
  rulesAt: CommitSha.optional(),
  pipelineAt: CommitSha.optional(),
  /** The commit comes from somebody else's copy of the repository: no secrets, no registry, no deploy, and results that serve no other run. */
  fork: z.boolean().default(false),
  /** Why nothing may be deployed; deploy stages are left out with this reason. */
  withholdDeploys: z.string().optional(),
  /** Where on GitHub the run shows itself; absent: nowhere. */
  github: GitHubPlace.optional(),
  /** Who made the change (`github:ada`); they do not decide about it. */
  authors: z.array(z.string()).default([]),
  /** Agreements to earlier commits of the same change; they hold where the effects and the rules are the same. */
  earlierApprovals: z.array(ApprovalOutcome).default([]),
  /** What the review found, for the run's comment. */
  review: Review.optional(),
  /** Longest wait for an environment's lock. '0 seconds': fail at once when somebody holds it. */
  lockWait: Duration.default('1 hour'),
  /** Silence after which the lock asks whether its holder still lives. */
  lockLease: Duration.default('30 seconds'),
  /** Longest time that telling people may take before the run ends without it, and the shortest time between two updates. */
  tellWithin: Duration.default('10 minutes'),
  tellEvery: Duration.default('2 seconds'),
  requestedBy: z.string().optional(),
  correlation: z.string().optional(),
});
export type PipelineRequest = z.infer<typeof PipelineRequest>;
export type PipelineRequestInput = z.input<typeof PipelineRequest>;
