import { z } from 'zod';
import { BlobRef, CommitSha } from './nouns.ts';

/** One commit of one repository: what a run works on. Resolved once, at the start; nothing later looks at the ref again. */
export const Source = z.object({
  /** Canonical location: an absolute path, or an `https://` or `file://` URL. */
  repository: z.string(),
  /** `owner/name`, or `local/<folder>-<hash>` for a path. */
  slug: z.string(),
  ref: z.string(),
  /** Short branch name, when the ref was one. */
  branch: z.string().optional(),
  commit: CommitSha,
  tree: CommitSha,
  /** The commit that changes are measured against; absent for a first commit. */
  base: CommitSha.optional(),
  /** How many paths differ from the base. */
  changedPaths: z.number().int().nonnegative(),
  /** True when the working tree holds uncommitted changes; they are not part of the run. */
  dirty: z.boolean(),
  trusted: z.boolean(),
  /** The commit comes from a fork; see `PipelineRequest.fork`. */
  fork: z.boolean().default(false),
  /** Commit whose manifests decide what is installed; default: the own. For what agents wrote it is where they started. */
  dependenciesAt: CommitSha.optional(),
  /** Where commits are that the repository does not have (yet): see `Change.objects`. */
  objects: BlobRef.optional(),
});
export type Source = z.infer<typeof Source>;
