import { expect, it } from 'vitest';
import { loadConfig } from '../../config/config.ts';
import { expectFailure } from '../support/failures.ts';

const env = { MODEL_NAME: 'gemini-2.5-pro', GOOGLE_API_KEY: 'key' };

it('reads prices of models, in US dollars per million tokens', () => {
  const config = loadConfig({ ...env, MAINSTAY_MODEL_PRICES: ' gemini-2.5-pro=1.25/10, claude-* = 3 / 15 ,,' });
  expect(config.services.model?.prices).toEqual([
    { model: 'gemini-2.5-pro', input: 1.25, output: 10 },
    { model: 'claude-*', input: 3, output: 15 },
  ]);
  expect(loadConfig(env).services.model?.prices).toEqual([]);
});

it.each(['gpt-4o', 'gpt-4o=3', 'gpt-4o=3/', 'gpt-4o=3/-1', 'gpt-*-mini=3/15', '=1/2', 'gpt-4o=a/b', 'gpt-4o=1e3/2'])(
  'refuses %s, and says how a price is written',
  async (text) => {
    const load = async () => loadConfig({ ...env, MAINSTAY_MODEL_PRICES: `ok=1/2, ${text}` });
    await expectFailure(load(), 'InvalidInput', `MAINSTAY_MODEL_PRICES: ${JSON.stringify(text)} is not model=input/output`);
  },
);
