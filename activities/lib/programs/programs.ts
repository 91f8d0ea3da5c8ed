import type { codingPrograms } from '../../../schemas/mind.ts';
import { type Provider, prefixOf } from './proxy/routes.ts';

export type CodingProgram = (typeof codingPrograms)[number];

/** What a program is told of where its model is. `{origin}` is filled in inside the box. */
export type ModelPlace = {
  provider: Provider;
  model?: string;
  pass: string;
  /** True for a server of one's own, which has OpenAI's older protocol (chat completions) at most. */
  own: boolean;
};

export type ProgramEntry = {
  title: string;
  /** Command lines that start it as an agent, by preference; the first whose program is there is taken. */
  commands: readonly [readonly [string, ...string[]], ...(readonly [string, ...string[]])[]];
  /** npm package that brings it. */
  package: string;
  /** Providers that it can speak to, by preference. */
  providers: readonly Provider[];
  /** `authenticate` methods that take the key from the environment. */
  signIns: readonly string[];
  /** Whether it is told that files may be asked from the client, too; its own tools reach the same ones. */
  offerFiles: boolean;
  env(place: ModelPlace): Record<string, string>;
  /** Files below the box's home folder. */
  files(place: ModelPlace): Record<string, string>;
};

const none = (): Record<string, string> => ({});

/** How each program is started, and how it is pointed to the proxy in place of its provider. */
export const programs: Record<CodingProgram, ProgramEntry> = {
  // https://github.com/google-gemini/gemini-cli: docs/cli/acp-mode.md, docs/reference/configuration.md
  'gemini-cli': {
    title: 'Gemini CLI',
    commands: [['gemini', '--acp']],
    package: '@google/gemini-cli',
    providers: ['google'],
    signIns: ['gemini-api-key'],
    // Version 0.61 takes the client's answer that a file is not there for a broken tool, and so cannot make new ones.
    offerFiles: false,
    env: ({ pass, model }) => ({
      GEMINI_API_KEY: pass,
      GOOGLE_GEMINI_BASE_URL: '{origin}',
      ...(model === undefined ? {} : { GEMINI_MODEL: model }),
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      GEMINI_CLI_NO_RELAUNCH: 'true',
    }),
    files: () => ({
      '.gemini/settings.json': JSON.stringify({
        security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
        general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
        privacy: { usageStatisticsEnabled: false },
      }),
    }),
  },
  // https://github.com/agentclientprotocol/claude-agent-acp; the second is its former name
  'claude-code': {
    title: 'Claude Code',
    commands: [['claude-agent-acp'], ['claude-code-acp']],
    package: '@agentclientprotocol/claude-agent-acp',
    providers: ['anthropic'],
    signIns: [],
    offerFiles: true,
    env: ({ pass, model }) => ({
      ANTHROPIC_BASE_URL: '{origin}',
      ANTHROPIC_API_KEY: pass,
      ...(model === undefined ? {} : { ANTHROPIC_MODEL: model }),
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      IS_SANDBOX: '1',
      NO_BROWSER: '1',
    }),
    files: none,
  },
  // https://github.com/agentclientprotocol/codex-acp
  codex: {
    title: 'Codex',
    commands: [['codex-acp']],
    package: '@agentclientprotocol/codex-acp',
    providers: ['openai'],
    signIns: ['api-key', 'openai-api-key', 'codex-api-key'],
    offerFiles: true,
    env: ({ pass, model }) => ({
      OPENAI_API_KEY: pass,
      CODEX_API_KEY: pass,
      MODEL_PROVIDER: 'mainstay',
      CODEX_CONFIG: JSON.stringify({
        ...(model === undefined ? {} : { model }),
        web_search: 'disabled',
        model_provider: 'mainstay',
        model_providers: {
          mainstay: { name: 'Mainstay', base_url: '{origin}/v1', env_key: 'OPENAI_API_KEY', wire_api: 'responses' },
        },
      }),
      // Its own sandbox needs rights that the box does not give; the box is the sandbox.
      INITIAL_AGENT_MODE: 'agent-full-access',
      NO_BROWSER: '1',
    }),
    files: none,
  },
  // https://opencode.ai/docs/acp, https://opencode.ai/docs/providers
  opencode: {
    title: 'OpenCode',
    commands: [['opencode', 'acp']],
    package: 'opencode-ai',
    providers: ['google', 'anthropic', 'openai'],
    signIns: [],
    offerFiles: true,
    env: ({ provider, pass, model, own }) => ({
      OPENCODE_CONFIG_CONTENT: JSON.stringify({
        ...(model === undefined
          ? {}
          : { model: `${openCodeName(provider, own)}/${model}`, small_model: `${openCodeName(provider, own)}/${model}` }),
        autoupdate: false,
        share: 'disabled',
        enabled_providers: [openCodeName(provider, own)],
        provider: {
          [openCodeName(provider, own)]: {
            ...(provider === 'openai' && own ? { npm: '@ai-sdk/openai-compatible' } : {}),
            options: { baseURL: `{origin}${prefixOf(provider)}`, apiKey: pass },
            ...(model === undefined ? {} : { models: { [model]: {} } }),
          },
        },
      }),
      OPENCODE_DISABLE_MODELS_FETCH: 'true',
      OPENCODE_DISABLE_AUTOUPDATE: 'true',
      OPENCODE_DISABLE_LSP_DOWNLOAD: 'true',
    }),
    files: none,
  },
};

/** A name that OpenCode does not know has it speak the plain protocol. */
function openCodeName(provider: Provider, own: boolean): string {
  return provider === 'openai' && own ? 'mainstay' : provider;
}
