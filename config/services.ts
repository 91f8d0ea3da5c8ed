import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { failure } from '../schemas/failures.ts';
import { type ModelPrice, ModelPrices } from './modelPrices.ts';

const url = z.url({ protocol: /^https?$/ });
/** `a, b` as a list, without empty parts. */
const CommaList = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
/** One secret, or two while they are changed: `new,old`. */
const Secrets = CommaList.pipe(
  z.array(z.string().min(8, 'a secret has at least 8 characters')).min(1).max(2, 'at most two secrets are valid at a time'),
);

/** Settings of outside services. A service without its credentials is not used, and what would need it says so. */
export const ServiceEnvironment = z.object({
  MAINSTAY_GITHUB_TOKEN: z.string().min(1).optional(),
  MAINSTAY_GITHUB_APP_ID: z.string().regex(/^\d+$/, 'expected the number of the GitHub App').optional(),
  MAINSTAY_GITHUB_PRIVATE_KEY: z.string().min(1).optional(),
  MAINSTAY_GITHUB_PRIVATE_KEY_FILE: z.string().min(1).optional(),
  MAINSTAY_GITHUB_WEBHOOK_SECRET: Secrets.optional(),
  MAINSTAY_GITHUB_API: url.default('https://api.github.com'),
  MAINSTAY_GITHUB_CLONE_URL: z.string().includes('{owner}').includes('{repo}').default('https://github.com/{owner}/{repo}.git'),
  /** Repositories whose own branches the operators vouch for: `acme/*,beta/site`. */
  MAINSTAY_TRUSTED_REPOSITORIES: CommaList.pipe(
    z.array(z.string().regex(/^[\w.*-]+\/[\w.*-]+$/, 'expected owner/name, where * stands for any name')),
  ).default([]),
  MAINSTAY_SLACK_TOKEN: z.string().min(1).optional(),
  MAINSTAY_SLACK_SIGNING_SECRET: Secrets.optional(),
  MAINSTAY_SLACK_API: url.default('https://slack.com/api/'),
  MAINSTAY_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAINSTAY_MAIL_FROM: z.string().min(3).default('Mainstay <mainstay@localhost>'),
  MAINSTAY_LISTEN: z
    .string()
    .regex(/^[^\s:]+:\d{1,5}$/, 'expected host:port, for example 127.0.0.1:8787')
    .default('127.0.0.1:8787'),
  MAINSTAY_API_TOKENS_FILE: z.string().min(1).optional(),
  KUBECONFIG: z.string().min(1).optional(),
  MAINSTAY_KUBE_CONTEXTS: CommaList.optional(),
  MODEL_NAME: z.string().min(1).optional(),
  MAINSTAY_MODEL_URL: url.optional(),
  GOOGLE_API_KEY: z.string().min(1).optional(),
  ANTHROPIC_API_KEY: z.string().min(1).optional(),
  OPENAI_API_KEY: z.string().min(1).optional(),
  MAINSTAY_MODEL_PRICES: ModelPrices.prefault(''),
  /** Longest answer that the model is asked for, in tokens; models refuse more than they can give. */
  MAINSTAY_MODEL_OUTPUT_TOKENS: z.coerce.number().int().min(1_000).optional(),
});

/** How Mainstay is known to GitHub: as an App (`mainstay` on checks, short-lived tokens) or by one token. */
export type GitHubSettings = {
  api: string;
  /** Where git reads and pushes, with `{owner}` and `{repo}`. */
  cloneUrl: string;
  auth: { kind: 'app'; appId: string; privateKey: string } | { kind: 'token'; token: string };
  /** False in tests against a local server: writes are then not spaced. */
  throttle: boolean;
  /** Globs of `owner/name` whose own branches may run with trust; never forks. */
  trusted: readonly string[];
};
export type SlackSettings = { token: string; api: string };
export type MailSettings = { url: string; from: string };
export type ModelSettings = {
  provider: 'google' | 'anthropic' | 'openai';
  model: string;
  key?: string;
  url?: string;
  prices?: ModelPrice[];
};
export type ClusterSettings = { kubeconfig?: string; contexts?: string[] };
export type GatewaySettings = {
  host: string;
  port: number;
  githubSecrets: readonly string[];
  /** Where git reads, with `{owner}` and `{repo}`; the same as GitHub's, which may be absent: public repositories need no token. */
  cloneUrl: string;
  trusted: readonly string[];
  slackSecrets: readonly string[];
  tokensFile?: string;
};

export type Services = Readonly<{
  github?: GitHubSettings;
  slack?: SlackSettings;
  mail?: MailSettings;
  model?: ModelSettings;
  /** How this worker reaches clusters; without a file its pod's own account, or `~/.kube/config`. */
  cluster: ClusterSettings;
  gateway: GatewaySettings;
}>;

type Parsed = z.infer<typeof ServiceEnvironment>;

export function servicesOf(value: Parsed): Services {
  const [host = '127.0.0.1', port = '8787'] = value.MAINSTAY_LISTEN.split(':');
  return Object.freeze({
    github: githubOf(value),
    slack: value.MAINSTAY_SLACK_TOKEN === undefined ? undefined : { token: value.MAINSTAY_SLACK_TOKEN, api: value.MAINSTAY_SLACK_API },
    mail: value.MAINSTAY_SMTP_URL === undefined ? undefined : { url: value.MAINSTAY_SMTP_URL, from: value.MAINSTAY_MAIL_FROM },
    model: modelOf(value),
    cluster: { kubeconfig: value.KUBECONFIG, contexts: value.MAINSTAY_KUBE_CONTEXTS },
    gateway: {
      host,
      port: Number(port),
      githubSecrets: value.MAINSTAY_GITHUB_WEBHOOK_SECRET ?? [],
      cloneUrl: value.MAINSTAY_GITHUB_CLONE_URL,
      trusted: value.MAINSTAY_TRUSTED_REPOSITORIES,
      slackSecrets: value.MAINSTAY_SLACK_SIGNING_SECRET ?? [],
      tokensFile: value.MAINSTAY_API_TOKENS_FILE,
    },
  });
}

function githubOf(value: Parsed): GitHubSettings | undefined {
  const api = value.MAINSTAY_GITHUB_API.replace(/\/+$/, '');
  const shared = {
    api,
    cloneUrl: value.MAINSTAY_GITHUB_CLONE_URL,
    trusted: value.MAINSTAY_TRUSTED_REPOSITORIES,
    throttle: !/^https?:\/\/(127\.|localhost|\[::1\])/.test(api),
  };
  if (value.MAINSTAY_GITHUB_APP_ID !== undefined) {
    const privateKey = value.MAINSTAY_GITHUB_PRIVATE_KEY ?? readKey(value.MAINSTAY_GITHUB_PRIVATE_KEY_FILE);
    if (privateKey === undefined) {
      throw failure(
        'InvalidInput',
        'MAINSTAY_GITHUB_PRIVATE_KEY: an App needs its private key; set it, or MAINSTAY_GITHUB_PRIVATE_KEY_FILE',
      );
    }
    // Many places that hold secrets keep line feeds as \n.
    return { ...shared, auth: { kind: 'app', appId: value.MAINSTAY_GITHUB_APP_ID, privateKey: privateKey.replaceAll('\\n', '\n') } };
  }
  return value.MAINSTAY_GITHUB_TOKEN === undefined ? undefined : { ...shared, auth: { kind: 'token', token: value.MAINSTAY_GITHUB_TOKEN } };
}

function readKey(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw failure('InvalidInput', `MAINSTAY_GITHUB_PRIVATE_KEY_FILE: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function modelOf(value: Parsed): ModelSettings | undefined {
  const { MODEL_NAME: model, MAINSTAY_MODEL_URL: modelUrl } = value;
  if (model === undefined) return undefined;
  const shared = { model, url: modelUrl, prices: value.MAINSTAY_MODEL_PRICES, outputTokens: value.MAINSTAY_MODEL_OUTPUT_TOKENS };
  const pick = (provider: ModelSettings['provider'], key: string | undefined): ModelSettings => ({ provider, key, ...shared });
  if (value.GOOGLE_API_KEY !== undefined) return pick('google', value.GOOGLE_API_KEY);
  if (value.ANTHROPIC_API_KEY !== undefined) return pick('anthropic', value.ANTHROPIC_API_KEY);
  if (value.OPENAI_API_KEY !== undefined || modelUrl !== undefined) return pick('openai', value.OPENAI_API_KEY);
  throw failure(
    'InvalidInput',
    'MODEL_NAME: names a model, but no key is set: GOOGLE_API_KEY, ANTHROPIC_API_KEY, OPENAI_API_KEY, or MAINSTAY_MODEL_URL of a server without one',
  );
}
