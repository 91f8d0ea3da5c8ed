import { execa } from 'execa';
import { z } from 'zod';
import type { Dependency } from '../dependencies/dependency.ts';
import { fetchJson } from './fetchJson.ts';
import { spdxOf } from './spdx.ts';

/** Asks a registry for a package's licence; undefined when it does not say. */
export type LicenceOf = (dependency: Dependency, version: string | undefined, signal: AbortSignal) => Promise<string | undefined>;

/** Most time for a package manager to say which registry it uses. */
const configWithinMs = 5000;

const NpmName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
const NpmVersion = z.object({ license: z.unknown().optional() });
const PyPi = z.object({
  info: z.object({
    license_expression: z.string().nullish(),
    license: z.string().nullish(),
    classifiers: z.array(z.string()).default([]),
  }),
});

/** The registries of npm and pip as this machine has them configured; a repository's own settings are not asked, as they could name any server. */
export function createRegistries(env: NodeJS.ProcessEnv): LicenceOf {
  let npm: Promise<URL | undefined> | undefined;
  let pip: Promise<URL | undefined> | undefined;

  return async ({ ecosystem, name }, version, signal) => {
    if (ecosystem === 'npm' && NpmName.test(name)) {
      npm ??= addressOf(env.npm_config_registry, 'npm', ['config', 'get', 'registry'], 'https://registry.npmjs.org/', env);
      const registry = await npm;
      const path = `${name.replace('/', '%2f')}/${encodeURIComponent(version ?? 'latest')}`;
      const answer = NpmVersion.safeParse(registry && (await fetchJson(new URL(path, registry), signal)));
      return answer.success ? licenceText(answer.data.license) : undefined;
    }
    if (ecosystem === 'python') {
      pip ??= addressOf(env.PIP_INDEX_URL, 'python3', ['-m', 'pip', 'config', 'get', 'global.index-url'], 'https://pypi.org/simple/', env);
      const index = await pip;
      // The description of a package lies beside the index: https://docs.pypi.org/api/json/
      const answer = PyPi.safeParse(index && (await fetchJson(new URL(`../pypi/${encodeURIComponent(name)}/json`, index), signal)));
      return answer.success ? pythonLicence(answer.data.info) : undefined;
    }
    return undefined;
  };
}

/** `license` of npm's metadata: a text, `{type}`, or a list of such in old packages. */
export function licenceText(value: unknown): string | undefined {
  const one = z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]);
  const read = z.union([one, z.array(one).min(1).transform((all) => `(${all.join(' OR ')})`)]).safeParse(value); // prettier-ignore
  return read.success && read.data.trim() !== '' ? spdxOf(read.data) : undefined;
}

function pythonLicence({ license_expression: expression, license, classifiers }: z.infer<typeof PyPi>['info']): string | undefined {
  if (expression != null && expression !== '') return expression;
  const named = classifiers.filter((line) => line.startsWith('License ::')).map((line) => line.split(' :: ').at(-1) ?? '').filter((name) => name !== 'OSI Approved'); // prettier-ignore
  if (named.length > 0) return named.map(spdxOf).join(' OR ');
  // Some put the whole licence there.
  return license != null && license !== '' && license.length < 100 ? spdxOf(license) : undefined;
}

async function addressOf(
  set: string | undefined,
  command: string,
  args: string[],
  fallback: string,
  env: NodeJS.ProcessEnv,
): Promise<URL | undefined> {
  const text = set ?? (await said(command, args, env)) ?? fallback;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}

async function said(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const run = await execa(command, args, {
    cwd: '/',
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: configWithinMs,
    forceKillAfterDelay: 500,
  });
  return run.exitCode === 0 && run.stdout.trim() !== '' && run.stdout.trim() !== 'undefined' ? run.stdout.trim() : undefined;
}
