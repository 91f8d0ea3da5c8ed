import { type FixtureResponse, LLMock } from '@copilotkit/aimock';
import { onTestFinished } from 'vitest';
import type { ModelSettings } from '../../activities/lib/model/provider.ts';

/** What the server says to one request: an object as the model's JSON, text as it stands, or a fault. */
export type Said = object | string | { error: { message: string }; status: number; retryAfter?: number };

export type ModelServer = {
  url: string;
  /** Settings by which a provider's client speaks to this server. */
  settings(provider: ModelSettings['provider']): ModelSettings;
  /** Bodies of the requests that came, as text. */
  received(): string[];
  headers(): Record<string, string>[];
};

const prefixes = { google: '/v1beta', anthropic: '/v1', openai: '/v1' } as const;
const models = { google: 'gemini-2.5-flash', anthropic: 'claude-sonnet-4-5', openai: 'gpt-4o' } as const;

/** A real server on a port of its own that speaks the three providers' protocols and says these answers in order, the last for ever. */
export async function startModelServer(...answers: Said[]): Promise<ModelServer> {
  const server = new LLMock({ port: 0, logLevel: 'silent' });
  const asked: string[] = [];
  server.on({ predicate: () => true }, (request) => {
    const said = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(JSON.stringify(request));
    return responseOf(said ?? 'nothing');
  });
  await server.start();
  onTestFinished(() => server.stop());
  return {
    url: server.url,
    settings: (provider) => ({
      provider,
      model: models[provider],
      key: 'test-key-of-the-model',
      url: `${server.url}${prefixes[provider]}`,
    }),
    // The server's own record leaves out large bodies.
    received: () =>
      server.getRequests().map(({ body }, i) => (body !== null && '__aimock_truncated' in body ? asked[i]! : JSON.stringify(body))),
    headers: () => server.getRequests().map(({ headers }) => headers),
  };
}

// Each protocol has names of its own for the same counts.
const usage = {
  prompt_tokens: 11,
  completion_tokens: 7,
  input_tokens: 11,
  output_tokens: 7,
  promptTokenCount: 11,
  candidatesTokenCount: 7,
};

function responseOf(said: Said): FixtureResponse {
  if (typeof said === 'string') return { content: said, usage };
  return 'error' in said && 'status' in said ? said : { content: JSON.stringify(said), usage };
}
