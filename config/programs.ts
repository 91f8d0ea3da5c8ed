import { failure } from '../schemas/failures.ts';
import type { codingPrograms } from '../schemas/mind.ts';
import { ServiceEnvironment } from './services.ts';

type Provider = 'google' | 'anthropic' | 'openai';

/** Which model each coding program asks; one that is absent has no key here. */
export type ProgramSettings = Readonly<
  Partial<Record<(typeof codingPrograms)[number], { provider: Provider; url?: string; key?: string; model?: string }>>
>;

const Environment = ServiceEnvironment.pick({
  GOOGLE_API_KEY: true,
  ANTHROPIC_API_KEY: true,
  OPENAI_API_KEY: true,
  MODEL_NAME: true,
  MAINSTAY_MODEL_URL: true,
});

/**
 * The coding programs' settings, from the keys of the models: Gemini CLI takes Google's, Claude Code Anthropic's, Codex OpenAI's, and OpenCode
 * the one that other agents use. `MODEL_NAME` and `MAINSTAY_MODEL_URL` hold for that one provider alone; the others have their own defaults.
 */
export function programSettings(env: Record<string, string | undefined>): ProgramSettings {
  const parsed = Environment.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw failure('InvalidInput', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { MODEL_NAME: model, MAINSTAY_MODEL_URL: url, ...value } = parsed.data;
  const keys = { google: value.GOOGLE_API_KEY, anthropic: value.ANTHROPIC_API_KEY, openai: value.OPENAI_API_KEY };
  const first = (['google', 'anthropic', 'openai'] as const).find((provider) => keys[provider] !== undefined);
  // A server of one's own may need no key; it speaks OpenAI's protocol then.
  const main = first ?? (url === undefined ? undefined : 'openai');

  const of = (provider: Provider) => {
    if (provider === main) return { provider, key: keys[provider], url, model };
    return keys[provider] === undefined ? undefined : { provider, key: keys[provider] };
  };
  return Object.freeze({
    'gemini-cli': of('google'),
    'claude-code': of('anthropic'),
    codex: of('openai'),
    opencode: main === undefined ? undefined : of(main),
  });
}
