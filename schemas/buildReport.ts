import { z } from 'zod';
import { BlobRef, CommitSha, isolationKinds } from './nouns.ts';
import { Artifact } from './stage.ts';

export const buildSteps = ['scan', 'lint', 'types', 'build'] as const;

export const BuildStep = z.strictObject({
  /** `scan`: secrets and static analysis. `lint`, `types`, `build`: by the project's own tools, where it has them. */
  step: z.enum(buildSteps),
  passed: z.boolean(),
  /** One line for people. */
  summary: z.string(),
  duration_ms: z.number(),
  isolation: z.enum([...isolationKinds, 'none']),
  /** What was made, with its digest. */
  artifacts: z.array(z.strictObject(Artifact.pick({ name: true, kind: true, digest: true }).shape)),
  log: BlobRef.optional(),
});
export type BuildStep = z.infer<typeof BuildStep>;

/** What scanners, linters, type check and build say of a change, each run on it; published as `build_report.json` (requirement V3). */
export const BuildReport = z.strictObject({
  task_id: z.string(),
  commit: CommitSha,
  /** Whether all steps passed, or failed without the change in the same way. */
  passed: z.boolean(),
  /** In their order; the first that refuses the change is the last. */
  steps: z.array(BuildStep),
  notices: z.array(z.string()),
  started_at: z.string(),
  ended_at: z.string(),
});
export type BuildReport = z.infer<typeof BuildReport>;
