import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthConfig } from 'dockerode';
import { execa } from 'execa';
import { z } from 'zod';

const DockerConfig = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string().optional() })).default({}),
  credHelpers: z.record(z.string(), z.string()).default({}),
  credsStore: z.string().optional(),
});
const Helped = z.object({ Username: z.string(), Secret: z.string() });

/**
 * What `docker login` left for a registry on this machine, in the configuration's folder or in the credential helper that it names;
 * undefined when there is nothing. https://docs.docker.com/reference/cli/docker/login/#credential-stores
 */
export async function loginOf(registry: string, folder: string): Promise<AuthConfig | undefined> {
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => '{}');
  const config = DockerConfig.safeParse(parseJson(text)).data;
  if (config === undefined) return undefined;
  const helper = config.credHelpers[registry] ?? config.credsStore;
  const [username, password] = helper === undefined ? stored(config.auths[registry]?.auth) : await asked(helper, registry);
  return username === undefined || password === undefined ? undefined : { username, password, serveraddress: registry };
}

/** Registry of a repository's name; Docker's own when the first part is no host. */
export function registryOf(repository: string): string {
  const first = repository.split('/')[0] ?? '';
  return repository.includes('/') && /[.:]|^localhost$/.test(first) ? first : 'https://index.docker.io/v1/';
}

function stored(auth = ''): string[] {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? [] : [text.slice(0, colon), text.slice(colon + 1)];
}

async function asked(helper: string, registry: string): Promise<string[]> {
  const answer = await execa(`docker-credential-${helper}`, ['get'], { input: registry, reject: false, timeout: 10_000 });
  const login = Helped.safeParse(parseJson(answer.stdout ?? '')).data;
  return login === undefined ? [] : [login.Username, login.Secret];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
