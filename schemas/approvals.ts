import { z } from 'zod';
import { Duration } from './nouns.ts';

/** Somebody who can decide, with the accounts by which they are known. */
export const Person = z.object({
  name: z.string(),
  github: z.string().optional(),
  slack: z.string().optional(),
  email: z.string().optional(),
});
export type Person = z.infer<typeof Person>;

const whatOnTimeout = z.enum(['reject', 'approve', 'escalate']);

/** One step of a chain with its people filled in. Steps are asked one after the other. */
export const ApprovalStep = z.object({
  /** The role's name, for people. */
  role: z.string(),
  /** Empty: anybody who did not make the change. */
  members: z.array(Person),
  /** How many different members must agree; one refusal ends the chain. */
  quorum: z.number().int().positive(),
  /** Absent: the run's `decideWithin`. */
  within: Duration.optional(),
  remindEvery: Duration.optional(),
  /** Absent: the run's `onApprovalTimeout`. `escalate` asks `escalateTo`, once, for the same time again, and then rejects. */
  onTimeout: whatOnTimeout.optional(),
  escalateTo: z.object({ role: z.string(), members: z.array(Person) }).optional(),
});
export type ApprovalStep = z.infer<typeof ApprovalStep>;

/** One person's word about one step. `account` is what they decided with: `github:ada`, `slack:U0ADA`, `cli:ada`, `http:ada`. */
export const Vote = z.object({
  step: z.number().int(),
  by: z.string(),
  account: z.string(),
  verdict: z.enum(['approve', 'reject']),
  at: z.string(),
  comment: z.string().optional(),
});
export type Vote = z.infer<typeof Vote>;

/** A decision that was not taken, and why: double, late, forged, stale, own change, wrong role. */
export const Refusal = z.object({ at: z.string(), by: z.string(), request: z.string().optional(), reason: z.string() });
export type Refusal = z.infer<typeof Refusal>;

/** A question that waits for people. `digest` binds the answer to exactly what was asked. */
export const ApprovalRequest = z.object({
  /** Deterministic: `<stage>/<number of times asked>`. */
  id: z.string(),
  /** What is asked, for people; not part of what the answer is bound to. */
  title: z.string(),
  /** What would happen, a line each. */
  effects: z.array(z.string()),
  commit: z.string(),
  /** SHA-256 over effects, commit, rules and the step that is asked now, hex. A decision that names another one is stale. */
  digest: z.string(),
  /** SHA-256 over effects and rules, hex: an agreement to an earlier commit holds while this stays the same. */
  effectsDigest: z.string(),
  askedAt: z.string(),
  /** When the step that is asked now ends, and what then happens. */
  deadline: z.string(),
  onTimeout: whatOnTimeout,
  steps: z.array(ApprovalStep),
  /** Index of the step that is asked now. */
  step: z.number().int(),
  /** True once the step went to `escalateTo`. */
  escalated: z.boolean(),
  /** Reminders sent for the step that is asked now. */
  reminders: z.number().int(),
  votes: z.array(Vote),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** Argument of the `decide` update and of the `approve` and `reject` signals (where all but `by` is implied when one request waits). */
export const Decision = z.object({
  request: z.string().max(200).optional(),
  digest: z.string().max(200).optional(),
  verdict: z.enum(['approve', 'reject']),
  /** An account, `<medium>:<name>`; a bare name is a person's own name. */
  by: z.string().min(1).max(200),
  comment: z.string().max(2000).optional(),
  /** True: the account has no rights in the repository. It may decide only where it is named. */
  outside: z.boolean().optional(),
});
export type Decision = z.infer<typeof Decision>;

/** How a question ended; stands in the run's record. */
export const ApprovalOutcome = z.object({
  request: ApprovalRequest,
  granted: z.boolean(),
  /** Who decided last; `deadline` when the time did. */
  by: z.string(),
  at: z.string(),
  comment: z.string().optional(),
  /** True when the deadline decided. */
  expired: z.boolean(),
  /** Commit to which people agreed, when that agreement was taken over because effects and rules are the same. */
  carriedFrom: z.string().optional(),
});
export type ApprovalOutcome = z.infer<typeof ApprovalOutcome>;
