import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';
import type { ModelPrice } from './price.ts';

/** Which model answers, where, and what it costs; as in the configuration. */
export type ModelSettings = {
  provider: 'google' | 'anthropic' | 'openai';
  model: string;
  key?: string;
  url?: string;
  prices?: readonly ModelPrice[];
  /** Longest answer, in tokens, in place of what a question asks for. */
  outputTokens?: number;
};

/** The settings that a person must correct when the provider refuses the key. */
export const keySetting = {
  google: 'GOOGLE_API_KEY',
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
} as const satisfies Record<ModelSettings['provider'], string>;

// Named here, as the libraries would look into the environment for another address.
export const addresses = {
  google: 'https://generativelanguage.googleapis.com/v1beta',
  anthropic: 'https://api.anthropic.com/v1',
  openai: 'https://api.openai.com/v1',
} as const satisfies Record<ModelSettings['provider'], string>;

/** The provider's client for the settings alone; keys and addresses of the environment are not looked at. */
export function languageModel({ provider, model, key, url }: ModelSettings): LanguageModel {
  const shared = { baseURL: url ?? addresses[provider], fetch: fetchHere };
  switch (provider) {
    case 'google':
      return createGoogle({ ...shared, apiKey: key ?? '' })(model);
    case 'anthropic':
      return createAnthropic({ ...shared, apiKey: key ?? '' })(model);
    case 'openai':
      return createOpenAICompatible({
        ...shared,
        name: 'openai',
        apiKey: key,
        supportsStructuredOutputs: true,
        ...(url === undefined && { transformRequestBody: withCompletionTokens }),
      })(model);
  }
}

/** OpenAI's newer models refuse `max_tokens`; servers that only resemble it know no other. */
function withCompletionTokens({ max_tokens: limit, ...body }: Record<string, unknown>): Record<string, unknown> {
  return limit === undefined ? body : { ...body, max_completion_tokens: limit };
}

/** A redirect would carry the key to another host. */
function fetchHere(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, redirect: 'manual' });
}
