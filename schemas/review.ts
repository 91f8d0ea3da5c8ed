import { z } from 'zod';

/** One thing that a reviewer says. Without `path` it is about the change as a whole; `line` is in the new file, from 1. */
export const ReviewComment = z.object({
  rule: z.string(),
  /** `block` keeps the change from being deployed; `warn` and `note` do not. */
  severity: z.enum(['block', 'warn', 'note']),
  message: z.string(),
  path: z.string().optional(),
  line: z.number().int().positive().optional(),
  /** Who says it: a rule, or a model, whose words are marked as such and block nothing. */
  by: z.enum(['rules', 'model']),
});
export type ReviewComment = z.infer<typeof ReviewComment>;

/** Answer of the review agent: approved when no rule blocks. */
export const Review = z.object({
  approved: z.boolean(),
  summary: z.string(),
  /** Most important first; at most 100. */
  comments: z.array(ReviewComment),
  /** Logins and teams that CODEOWNERS names for the changed files. */
  owners: z.array(z.string()),
  /** The model that gave a second opinion, and why there is none where one was asked for. */
  model: z.string().optional(),
  notices: z.array(z.string()),
});
export type Review = z.infer<typeof Review>;
