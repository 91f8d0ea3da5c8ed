import type { Usage } from './mind.ts';

export const noUsage: Usage = { steps: 0, inputTokens: 0, outputTokens: 0, usd: 0 };

/** Both together; a price that is unknown once stays unknown. */
export function plus(a: Usage, b: Usage): Usage {
  return {
    steps: a.steps + b.steps,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
  };
}

/** What was used since `before`. */
export function since(before: Usage, now: Usage): Usage {
  return {
    steps: now.steps - before.steps,
    inputTokens: now.inputTokens - before.inputTokens,
    outputTokens: now.outputTokens - before.outputTokens,
    usd: now.usd === null ? null : now.usd - (before.usd ?? 0),
  };
}
