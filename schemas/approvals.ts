import { z } from 'zod';

/** A question that waits for a person. `digest` binds the answer to exactly what was asked. */
export const ApprovalRequest = z.object({
  /** Deterministic: `<stage>/<number of times asked>`. */
  id: z.string(),
  /** What would happen, a line each. */
  effects: z.array(z.string()),
  commit: z.string(),
  /** SHA-256 over effects, commit and rules, hex. */
  digest: z.string(),
  askedAt: z.string(),
  /** When the answer is taken to be `onTimeout`. */
  deadline: z.string(),
  onTimeout: z.enum(['reject', 'approve']),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** Argument of the `decide` update and of the `approve` and `reject` signals (where all but `by` is implied when one request waits). */
export const Decision = z.object({
  request: z.string().optional(),
  digest: z.string().optional(),
  verdict: z.enum(['approve', 'reject']),
  by: z.string().min(1),
  comment: z.string().max(2000).optional(),
});
export type Decision = z.infer<typeof Decision>;

/** How a question ended; stands in the run's record. */
export const ApprovalOutcome = z.object({
  request: ApprovalRequest,
  granted: z.boolean(),
  by: z.string(),
  at: z.string(),
  comment: z.string().optional(),
  /** True when the deadline decided. */
  expired: z.boolean(),
});
export type ApprovalOutcome = z.infer<typeof ApprovalOutcome>;
