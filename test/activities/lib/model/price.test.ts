import { expect, it } from 'vitest';
import { costOf, priceOf } from '../../../../activities/lib/model/price.ts';
import { createModel } from '../../../../activities/lib/model/model.ts';
import { z } from 'zod';
import { startModelServer } from '../../../support/modelServer.ts';

const prices = [
  { model: '*', input: 1, output: 1 },
  { model: 'gpt-*', input: 2, output: 2 },
  { model: 'gpt-4o*', input: 3, output: 3 },
  { model: 'gpt-4o', input: 4, output: 4 },
];

it.each([
  ['gpt-4o', 4],
  ['gpt-4o-mini', 3],
  ['gpt-5', 2],
  ['other', 1],
])('takes for %s the exact name, else the longest beginning', (model, input) => {
  expect(priceOf(prices, model)?.input).toBe(input);
});

it('knows no price that is not in the table', () => {
  expect(priceOf(prices.slice(1), 'other')).toBeUndefined();
  expect(costOf(undefined, { inputTokens: 1, outputTokens: 1 })).toBeNull();
});

it('counts input and output apart, per million tokens', () => {
  expect(costOf({ model: 'm', input: 1.25, output: 10 }, { inputTokens: 2_000_000, outputTokens: 500_000 })).toBe(7.5);
});

it('counts every try of an answer that had to be repaired', async () => {
  const server = await startModelServer('no JSON', { fine: true });
  const model = createModel({ ...server.settings('openai'), prices: [{ model: 'gpt-4o', input: 100_000, output: 1_000_000 }] });
  const { usage } = await model!.ask({ system: 's', prompt: 'p', schema: z.object({ fine: z.boolean() }) });
  expect(usage).toEqual({ inputTokens: 22, outputTokens: 14, usd: 16.2 });
});
