import { z } from 'zod';
import { BlobRef, CommitSha } from './nouns.ts';

/** Coding programs that speak the Agent Client Protocol. */
export const codingPrograms = ['claude-code', 'gemini-cli', 'codex', 'opencode'] as const;

/** Who thinks: rules of a template, a model, or a coding program (which codes, while a model plans). */
export const Mind = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('template'), template: z.string(), subject: z.record(z.string(), z.unknown()) }),
  z.object({ kind: z.literal('model') }),
  z.object({ kind: z.literal('program'), program: z.enum(codingPrograms) }),
]);
export type Mind = z.infer<typeof Mind>;

/** What thinking has cost. `usd` is null when a model's price is not in the configuration. */
export const Usage = z.object({
  steps: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  usd: z.number().nullable(),
});
export type Usage = z.infer<typeof Usage>;

/** Most that a run may use. An absent limit does not hold. */
export const Budget = z.strictObject({
  /** Steps of agents' loops. */
  steps: z.number().int().positive().max(100_000).default(200),
  /** Input and output together. */
  tokens: z.number().int().positive().default(5_000_000),
  /** US dollars, by the price table; a model without a price does not count. */
  usd: z.number().positive().optional(),
  /** Time of agents' work, waiting for people and rate limits left out. */
  minutes: z.number().positive().default(240),
});
export type Budget = z.infer<typeof Budget>;
/** Added to a budget by `grantBudget`. */
export const BudgetGrant = z.strictObject({
  steps: z.number().int().nonnegative().default(0),
  tokens: z.number().int().nonnegative().default(0),
  usd: z.number().nonnegative().default(0),
  minutes: z.number().nonnegative().default(0),
  by: z.string().min(1).max(200),
});
export type BudgetGrant = z.infer<typeof BudgetGrant>;

/** By whom something was made; becomes trailers of commits and the metadata note. */
export const Provenance = z.object({
  /** `coder@1`. */
  agent: z.string(),
  /** `google/gemini-2.5-pro`, `template:trading-strategy@1`, `program:gemini-cli`, `person`. */
  mind: z.string(),
  /** SHA-256 of the prompt's text before anything was filled in, hex; absent without a prompt. */
  prompt: z.string().optional(),
});
export type Provenance = z.infer<typeof Provenance>;

/**
 * What came of thinking: an answer, or the provider's wish to be asked later (a rate limit), for which the flow waits on a timer.
 */
export type Thought<T> = { kind: 'answer'; value: T; usage: Usage; by: Provenance } | { kind: 'wait'; until: string; reason: string };

/** A commit that is in Mainstay's store and, until it is published, nowhere else. */
export const Change = z.object({
  commit: CommitSha,
  tree: CommitSha,
  /** Newest link of the chain of packs that leads from a commit of the repository to this one; absent: the repository has it. */
  objects: BlobRef.optional(),
});
export type Change = z.infer<typeof Change>;

/** A file's whole new text; null takes it away. */
export const FileText = z.object({ path: z.string(), text: z.string().nullable() });
export type FileText = z.infer<typeof FileText>;
