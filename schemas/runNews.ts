import { z } from 'zod';
import { ApprovalOutcome, ApprovalRequest, Refusal } from './approvals.ts';
import { GitHubPlace } from './github.ts';
import { BlobRef } from './nouns.ts';
import { ProjectFile } from './projectFile.ts';
import { Review } from './review.ts';
import { StageRecord } from './runPipeline.ts';
import { Source } from './source.ts';

/**
 * Everything that people outside are told about a run, as it stands now. Telling is level-triggered: an activity makes GitHub, Slack and mail
 * show this state, whatever they show now; so a lost, doubled or late call does no harm.
 */
export const RunNews = z.object({
  workflowId: z.string(),
  runId: z.string(),
  /** `<workflowId>/<first run id>`: names the run on the outside (external ids, markers). */
  key: z.string(),
  /** Grows with every change; an older state never overwrites a newer one. */
  revision: z.number().int(),
  status: z.enum(['planning', 'running', 'passed', 'failed', 'cancelled']),
  source: Source.pick({ repository: true, slug: true, ref: true, branch: true, commit: true }),
  stages: z.array(StageRecord),
  notices: z.array(z.string()),
  awaiting: z.array(ApprovalRequest),
  decisions: z.array(ApprovalOutcome),
  refusals: z.array(Refusal),
  review: Review.optional(),
  /** `authors`, `place` and `event` of the request. */
  place: GitHubPlace.optional(),
  authors: z.array(z.string()),
  event: z.string(),
  /** Whom and where to tell, from the project's rules. */
  notify: ProjectFile.shape.notify,
  people: ProjectFile.shape.people,
  notifyOnSuccess: z.boolean(),
  environments: ProjectFile.shape.environments,
  failure: z.object({ type: z.string(), message: z.string() }).optional(),
  report: z.object({ markdown: BlobRef, json: BlobRef }).optional(),
  startedAt: z.string(),
  updatedAt: z.string(),
  correlation: z.string().optional(),
});
export type RunNews = z.infer<typeof RunNews>;
