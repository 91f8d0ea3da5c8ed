import { z } from 'zod';
import { Duration } from './nouns.ts';

/** What can be locked: `env:production`, `env:acme/shop/production`, `repo:owner/name`, `file:owner/name:path/**`, or a kind of one's own. */
export const ResourceId = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9-]*:[^\s:][^\s]*$/, 'write a kind and a name without spaces, for example env:production');
export type ResourceId = z.infer<typeof ResourceId>;

/** Proof of holding a lock: tokens of one resource only grow, so a target can refuse a holder that has been replaced. */
export const Fence = z.object({ resource: z.string(), token: z.number().int().nonnegative() });
export type Fence = z.infer<typeof Fence>;

/** Who holds or waits. A run holds as long as it lives; anybody else as long as they renew. */
export const LockHolder = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), workflowId: z.string().min(1), runId: z.string().min(1) }),
  z.object({ kind: z.literal('client'), name: z.string().min(1).max(200) }),
]);
export type LockHolder = z.infer<typeof LockHolder>;

/** A wish for a lock. The same `id` again is the same wish: it is answered, not queued twice. */
export const LockAsk = z.strictObject({
  id: z.string().min(1).max(300),
  resource: ResourceId,
  holder: LockHolder,
  mode: z.enum(['exclusive', 'shared']).default('exclusive'),
  /** Higher comes first; equal ones in the order in which they came. */
  priority: z.number().int().min(-100).max(100).default(0),
  /** '0 seconds': answered at once with who holds it. */
  waitTimeout: Duration.default('1 hour'),
  /** Silence after which a run is looked for, and a client has lost the lock. */
  lease: Duration.default('30 seconds'),
  purpose: z.string().max(300).optional(),
});
export type LockAsk = z.infer<typeof LockAsk>;
export type LockAskInput = z.input<typeof LockAsk>;

const Held = LockAsk.pick({ id: true, holder: true, mode: true, purpose: true }).extend({
  token: z.number().int(),
  since: z.string(),
  leaseEndsAt: z.string(),
});
const Waiting = LockAsk.pick({ id: true, holder: true, mode: true, priority: true, purpose: true }).extend({
  since: z.string(),
  deadline: z.string(),
});

export const LockAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('granted'), resource: z.string(), token: z.number().int(), leaseEndsAt: z.string() }),
  z.object({ state: z.literal('queued'), resource: z.string(), position: z.number().int(), lockedBy: z.array(Held) }),
  z.object({ state: z.literal('refused'), resource: z.string(), reason: z.string(), lockedBy: z.array(Held) }),
]);
export type LockAnswer = z.infer<typeof LockAnswer>;

/** `resource.locked` and `resource.unlocked` are published names. */
export const LockEvent = z.object({
  at: z.string(),
  event: z.enum(['resource.locked', 'resource.unlocked']),
  id: z.string(),
  holder: LockHolder,
  token: z.number().int(),
  /** Why it ended: released, expired, broken by whom and why. */
  reason: z.string().optional(),
});

/** One resource as `mainstay locks` and `GET /locks` show it. Oldest holder first, waiters in the order of their turn. */
export const LockView = z.object({
  resource: z.string(),
  holders: z.array(Held),
  waiters: z.array(Waiting),
  /** Newest last; the latest 100. */
  events: z.array(LockEvent),
  /** How often it was granted since its first use, and the highest token. */
  grants: z.number().int(),
  token: z.number().int(),
});
export type LockView = z.infer<typeof LockView>;

export const LockBreak = z.strictObject({ id: z.string().optional(), by: z.string().min(1), reason: z.string().min(3).max(500) });
export type LockBreak = z.infer<typeof LockBreak>;

const Wish = LockAsk.extend({ since: z.string(), deadline: z.string() });
/** What a lock's entity carries from one of its runs to the next. */
export const LockRecord = z.object({
  holders: z.array(Wish.extend({ token: z.number().int(), leaseEndsAt: z.string() })),
  waiters: z.array(Wish),
  events: z.array(LockEvent),
  grants: z.number().int(),
  token: z.number().int(),
  /** Wishes that are over, so that a late repetition is not taken for a new one; the latest 100. */
  ended: z.array(z.object({ id: z.string(), reason: z.string() })),
});
export type LockRecord = z.infer<typeof LockRecord>;

/** Input of `resourceLock`. */
export const ResourceLockRequest = z.strictObject({
  resource: ResourceId,
  /** How long the entity stays when nobody holds or waits. */
  idle: Duration.default('10 minutes'),
  kept: LockRecord.optional(),
});
export type ResourceLockRequest = z.infer<typeof ResourceLockRequest>;
