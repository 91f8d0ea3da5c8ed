import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { authorityVariables, registryVariables } from '../host/environment.ts';

/** What a box with network takes from this machine: files to put into `folder`, and variables that point to them. */
export async function networkSettings(
  host: NodeJS.ProcessEnv,
  folder: string,
): Promise<{ files: Record<string, Buffer>; env: Record<string, string> }> {
  const files: Record<string, Buffer> = {};
  const env: Record<string, string> = {};
  const names = new Map<string, string>();
  for (const [variable, path] of Object.entries(authorityVariables(host))) {
    const name = names.get(path) ?? `authorities-${names.size}.pem`;
    // A folder of certificates (SSL_CERT_DIR) stays out: the image has its own.
    const content = files[name] ?? (await readFile(path).catch(() => undefined));
    if (!content) continue;
    names.set(path, name);
    files[name] = content;
    env[variable] = posix.join(folder, name);
  }
  for (const [variable, value] of Object.entries(registryVariables(host))) {
    // This machine's own addresses and folders are others inside a container.
    if (!/^\/|\/\/(localhost|127\.|\[::1\])/.test(value)) env[variable] = value;
  }
  return { files, env };
}
