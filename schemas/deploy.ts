import { z } from 'zod';

/** A running release of one environment: enough to watch it, and to go back to the one before. */
export const Release = z.object({
  environment: z.string(),
  target: z.enum(['docker', 'process', 'command', 'kubernetes', 'helm']),
  /** Effect key: names this release on the outside (label, state file). */
  key: z.string(),
  /** Digest of what runs: the image or the source tree. */
  digest: z.string(),
  /** Where people reach it. */
  url: z.string().optional(),
  /** URL that the watch probes; absent: the watch looks only whether it still runs. */
  healthUrl: z.string().optional(),
  /** Key of the release that was replaced; absent for a first one. */
  previous: z.string().optional(),
});
export type Release = z.infer<typeof Release>;

/** What a watch saw over its window. */
export const Health = z.object({
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  reason: z.string(),
  probes: z.number().int(),
  failed: z.number().int(),
});
export type Health = z.infer<typeof Health>;
