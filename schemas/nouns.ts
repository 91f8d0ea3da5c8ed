import { z } from 'zod';

/** 40 or 64 hex digits: a commit or tree of a git repository with SHA-1 or SHA-256. */
export const CommitSha = z
  .string()
  .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'expected 40 (or 64) lower-case hex digits')
  .brand('CommitSha');
export type CommitSha = z.infer<typeof CommitSha>;

/** A time span as people write it: `90s`, `10 minutes`, `1 day`. Same spelling as Temporal's own durations. */
export const Duration = z
  .string()
  .regex(
    /^\d+(?:\.\d+)?\s?(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)$/,
    "expected a time span such as '90s', '10 minutes' or '1 day'",
  );
export type Duration = z.infer<typeof Duration>;

/** Something kept in the artifact store, found again by its content. `size` in bytes. */
export const BlobRef = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.number().int().nonnegative(),
  mediaType: z.string(),
});
export type BlobRef = z.infer<typeof BlobRef>;

/** How much of the machine a stage's commands could reach. */
export const isolationKinds = ['docker', 'bubblewrap', 'process'] as const;
export type IsolationKind = (typeof isolationKinds)[number];

export const IsolationChoice = z.enum(['auto', ...isolationKinds]);
export type IsolationChoice = z.infer<typeof IsolationChoice>;
