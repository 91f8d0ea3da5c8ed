import { z } from 'zod';
import { ApprovalOutcome } from './approvals.ts';
import { Command, GitHubRepository } from './github.ts';
import { CommitSha, Duration, IsolationChoice } from './nouns.ts';
import { Review } from './review.ts';

/** How far the newest commit's release is. */
export const deploymentStatuses = [
  'none',
  'withheld',
  'awaiting_approval',
  'waiting_for_lock',
  'deploying',
  'watching',
  'deployed',
  'rolled_back',
  'failed',
] as const;
export type DeploymentStatus = (typeof deploymentStatuses)[number];

/** A signal's part that says which delivery caused it; a delivery that comes again is dropped. */
const Delivered = z.object({ delivery: z.string().min(1).max(200) });

/** GitHub says that something about the pull request changed; what it is now is read from GitHub. */
export const PullRequestChanged = Delivered.extend({ event: z.string() });
export type PullRequestChanged = z.infer<typeof PullRequestChanged>;

/** Somebody asks for something: in a comment, by a review, by "Re-run" of a check. */
export const CommandGiven = Delivered.extend({
  command: Command,
  /** GitHub login. */
  by: z.string(),
  /** OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, …; checks can be asked for again only by people with write access. */
  association: z.string(),
  /** Commit that the person looked at, where GitHub tells it (reviews, checks). */
  commit: CommitSha.optional(),
  /** Comment to answer to. */
  comment: z.number().int().optional(),
});
export type CommandGiven = z.infer<typeof CommandGiven>;

/** A GitHub Actions workflow failed on a commit. */
export const OutsideFailure = Delivered.extend({ commit: CommitSha, name: z.string(), url: z.string() });
export type OutsideFailure = z.infer<typeof OutsideFailure>;

/** From a commit's run to its pull request's entity: how far its deploy is, and what people agreed to. */
export const RunProgress = z.object({ commit: CommitSha, deployment: z.enum(deploymentStatuses), decisions: z.array(ApprovalOutcome) });
export type RunProgress = z.infer<typeof RunProgress>;

/** What the entity remembers from one of its runs to the next; small and bounded. */
export const PullRequestMemory = z.object({
  /** Deliveries that were taken, newest last; at most 300. */
  deliveries: z.array(z.string()),
  /** Commit that was worked on last, the branch that it was to go to, and how that ended. */
  handled: z.object({ commit: CommitSha, base: z.string(), draft: z.boolean().optional(), status: z.string() }).optional(),
  review: Review.optional(),
  /** Agreements that may still hold for the next commit. */
  approvals: z.array(ApprovalOutcome),
  outsideFailures: z.array(OutsideFailure),
  deployment: z.enum(deploymentStatuses),
  runs: z.number().int(),
});
export type PullRequestMemory = z.infer<typeof PullRequestMemory>;

/** Input of `deployPullRequest`. Owner, repository and number are enough; the rest of the truth is GitHub's. */
export const DeployPullRequestRequest = z.strictObject({
  ...GitHubRepository.shape,
  number: z.number().int().positive(),
  isolation: IsolationChoice.default('auto'),
  decideWithin: Duration.default('1 day'),
  onApprovalTimeout: z.enum(['reject', 'approve']).default('reject'),
  heartbeatTimeout: Duration.default('30 seconds'),
  workerWait: Duration.default('1 day'),
  lockWait: Duration.default('1 hour'),
  lockLease: Duration.default('30 seconds'),
  tellWithin: Duration.default('10 minutes'),
  tellEvery: Duration.default('2 seconds'),
  /** Pushes within this time become one run. */
  settle: Duration.default('1 second'),
  /** Silence after which an open pull request is looked at again, in case a delivery was lost. */
  lookAgainAfter: Duration.default('1 day'),
  memory: PullRequestMemory.optional(),
  correlation: z.string().optional(),
});
export type DeployPullRequestRequest = z.infer<typeof DeployPullRequestRequest>;

/** Result of `deployPullRequest`, when the pull request was closed or merged. */
export const DeployPullRequestResult = z.object({
  status: z.enum(['merged', 'closed']),
  deployment_status: z.enum(deploymentStatuses),
  commit: CommitSha.optional(),
  runs: z.number().int(),
});
export type DeployPullRequestResult = z.infer<typeof DeployPullRequestResult>;

export type DeployPullRequestPhase = 'looking' | 'waiting' | 'reviewing' | 'running' | 'merged' | 'closed';
