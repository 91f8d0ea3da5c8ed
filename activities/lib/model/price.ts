/** US dollars per million tokens; `model` is a whole name, or the beginning of names and a `*`. */
export type ModelPrice = { model: string; input: number; output: number };

/** The price of a model: the exact name's first, else the longest beginning's; undefined when the table has none. */
export function priceOf(prices: readonly ModelPrice[], model: string): ModelPrice | undefined {
  const exact = prices.find((price) => price.model === model);
  const fitting = prices.filter((price) => price.model.endsWith('*') && model.startsWith(price.model.slice(0, -1)));
  return exact ?? fitting.sort((a, b) => b.model.length - a.model.length)[0];
}

/** US dollars for tokens; null when the price is not known. */
export function costOf(price: ModelPrice | undefined, tokens: { inputTokens: number; outputTokens: number }): number | null {
  if (price === undefined) return null;
  return (tokens.inputTokens * price.input + tokens.outputTokens * price.output) / 1_000_000;
}
