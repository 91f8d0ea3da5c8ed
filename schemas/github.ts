import { z } from 'zod';
import { CommitSha } from './nouns.ts';

// Both become parts of URLs, paths and workflow ids. https://docs.github.com/en/get-started/learning-about-github/types-of-github-accounts
const owner = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/, 'not the name of a GitHub account');
const repo = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}$/, 'not the name of a GitHub repository')
  .refine((name) => name !== '.' && name !== '..', 'not the name of a GitHub repository');

export const GitHubRepository = z.object({ owner, repo });
export type GitHubRepository = z.infer<typeof GitHubRepository>;

/** Where a run shows itself: a commit of a repository, and the pull request that it belongs to. */
export const GitHubPlace = GitHubRepository.extend({ pullRequest: z.number().int().positive().optional() });
export type GitHubPlace = z.infer<typeof GitHubPlace>;

/** A pull request as GitHub tells it now; read anew before every decision, so that late or shuffled deliveries do no harm. */
export const PullRequest = GitHubRepository.extend({
  number: z.number().int().positive(),
  title: z.string(),
  url: z.string(),
  open: z.boolean(),
  merged: z.boolean(),
  draft: z.boolean(),
  /** True when the head is in another repository than the base. */
  fork: z.boolean(),
  /** True when the operators of Mainstay vouch for the code of this repository's own branches; never for a fork. */
  trusted: z.boolean().default(false),
  author: z.string(),
  /** Logins of the author and of everybody who wrote or committed one of its commits. */
  authors: z.array(z.string()),
  head: z.object({ sha: CommitSha, ref: z.string() }),
  base: z.object({ sha: CommitSha, ref: z.string() }),
  labels: z.array(z.string()),
  /** Where git reads the base repository, from the configuration, never from a payload. */
  repository: z.string(),
});
export type PullRequest = z.infer<typeof PullRequest>;

/** `/mainstay …` in a comment, a button, a review, or a check that is asked for again. */
export const commandVerbs = ['approve', 'reject', 'rerun', 'deploy', 'cancel', 'status'] as const;
export const Command = z.object({
  verb: z.enum(commandVerbs),
  /** Stage of `rerun`, environment of `deploy`, comment of `approve` and `reject`. */
  argument: z.string().max(500).optional(),
});
export type Command = z.infer<typeof Command>;

/** GitHub's word for how somebody stands to a repository; these may steer runs. */
export const steeringAssociations: readonly string[] = ['OWNER', 'MEMBER', 'COLLABORATOR'];
