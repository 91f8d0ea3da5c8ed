import { describe, expect, it } from 'vitest';
import { programSettings } from '../../config/programs.ts';

const nothing = { 'gemini-cli': undefined, 'claude-code': undefined, codex: undefined, opencode: undefined };

describe('settings of coding programs', () => {
  it.each([
    ['no key', {}, nothing],
    [
      "Google's key and a model",
      { GOOGLE_API_KEY: 'g', MODEL_NAME: 'gemini-2.5-pro' },
      {
        ...nothing,
        'gemini-cli': { provider: 'google', key: 'g', model: 'gemini-2.5-pro' },
        opencode: { provider: 'google', key: 'g', model: 'gemini-2.5-pro' },
      },
    ],
    [
      'three keys: model and address belong to the first alone',
      {
        GOOGLE_API_KEY: 'g',
        ANTHROPIC_API_KEY: 'a',
        OPENAI_API_KEY: 'o',
        MODEL_NAME: 'm',
        MAINSTAY_MODEL_URL: 'https://models.test/v1beta',
      },
      {
        'gemini-cli': { provider: 'google', key: 'g', model: 'm', url: 'https://models.test/v1beta' },
        'claude-code': { provider: 'anthropic', key: 'a' },
        codex: { provider: 'openai', key: 'o' },
        opencode: { provider: 'google', key: 'g', model: 'm', url: 'https://models.test/v1beta' },
      },
    ],
    [
      'a server of its own without a key',
      { MODEL_NAME: 'qwen', MAINSTAY_MODEL_URL: 'http://127.0.0.1:8000/v1' },
      {
        ...nothing,
        codex: { provider: 'openai', model: 'qwen', url: 'http://127.0.0.1:8000/v1' },
        opencode: { provider: 'openai', model: 'qwen', url: 'http://127.0.0.1:8000/v1' },
      },
    ],
  ])('with %s', (_what, env, settings) => {
    expect(programSettings(env)).toEqual(settings);
  });

  it('names the variable that is wrong', () => {
    expect(() => programSettings({ MAINSTAY_MODEL_URL: 'ftp://x' })).toThrow('MAINSTAY_MODEL_URL');
  });
});
