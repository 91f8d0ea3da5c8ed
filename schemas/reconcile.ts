import { z } from 'zod';
import { Duration } from './nouns.ts';

/** Input of `reconcileWebhooks`; every field has a default. */
export const ReconcileWebhooksRequest = z.strictObject({
  /** How far the first look goes back. GitHub keeps deliveries for three days. */
  lookBack: Duration.default('3 days'),
  heartbeatTimeout: Duration.default('30 seconds'),
  workerWait: Duration.default('1 hour'),
});
export type ReconcileWebhooksRequest = z.infer<typeof ReconcileWebhooksRequest>;

export const ReconcileResult = z.object({
  /** Deliveries until then were looked at. */
  until: z.string(),
  failed: z.number().int(),
  redelivered: z.array(z.string()),
  heads: z.number().int(),
  /** Workflow ids of what was missing. */
  started: z.array(z.string()),
  problems: z.array(z.string()),
});
export type ReconcileResult = z.infer<typeof ReconcileResult>;
