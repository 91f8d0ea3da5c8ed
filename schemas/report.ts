import { z } from 'zod';
import { ApprovalOutcome } from './approvals.ts';
import { PipelineResult } from './runPipeline.ts';

/** One thing that happened in a run. `who` is a stage, a person, or the run itself. */
export const TimelineEntry = z.object({ at: z.string(), who: z.string(), what: z.string() });
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** `report.json`: the whole record of one run, with timestamps of everything that an agent did. */
export const RunReport = z.object({
  format: z.literal('mainstay-report/1'),
  workflowId: z.string(),
  runId: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  result: PipelineResult.omit({ report: true }),
  decisions: z.array(ApprovalOutcome),
  errors: z.array(z.object({ at: z.string(), step: z.string(), type: z.string(), message: z.string() })),
  timeline: z.array(TimelineEntry),
});
export type RunReport = z.infer<typeof RunReport>;
