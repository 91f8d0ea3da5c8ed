import { z } from 'zod';
import { BlobRef, CommitSha, isolationKinds } from './nouns.ts';

export const testStatuses = ['passed', 'failed', 'skipped'] as const;

const Run = z.strictObject({
  commit: CommitSha,
  passed: z.boolean(),
  summary: z.strictObject({
    total: z.number().int(),
    passed: z.number().int(),
    failed: z.number().int(),
    skipped: z.number().int(),
    duration_ms: z.number(),
  }),
  /** Every test, as far as the runner tells them one by one. */
  outcomes: z.array(z.strictObject({ name: z.string(), status: z.enum(testStatuses), message: z.string().optional() })),
  /** Why the tests were ended from outside. */
  ended_by: z.enum(['timeout', 'memory', 'output', 'signal']).optional(),
  log: BlobRef.optional(),
});
export type TestRun = z.infer<typeof Run>;

/** Why a change is refused whatever its tests say. */
export const changeRules = [
  'protected-path',
  'test-removed',
  'test-skipped',
  'assertion-weakened',
  'secret',
  'static-scan',
  'lint',
  'types',
  'build',
  'no-witness',
  'outside-scope',
] as const;
export const ChangeRefusal = z.strictObject({ rule: z.enum(changeRules), path: z.string(), message: z.string() });
export type ChangeRefusal = z.infer<typeof ChangeRefusal>;

/** What real test runs say of a change; published as `test_report.json` (requirement V3). */
export const TestReport = z.strictObject({
  task_id: z.string(),
  accepted: z.boolean(),
  /** One line for people. */
  verdict: z.string(),
  commands: z.array(z.string()),
  /** The acceptance tests, open and held out, without the change: they must fail. */
  before: Run.optional(),
  /** The same tests with the change: they must pass. */
  after: Run.optional(),
  /** The repository's own tests with the change. */
  regression: Run.optional(),
  refusals: z.array(ChangeRefusal),
  /** Percent of lines, 0–100; null when it was not measured. */
  coverage: z.number().nullable(),
  environment: z.strictObject({
    isolation: z.enum([...isolationKinds, 'none']),
    network: z.literal(false),
    notices: z.array(z.string()),
  }),
  started_at: z.string(),
  ended_at: z.string(),
});
export type TestReport = z.infer<typeof TestReport>;
