import { execa } from 'execa';
import semver from 'semver';

/** The Temporal CLI that Mainstay obtains by itself: the newest one that `go install` can build (later ones replace modules). */
export const obtainedVersion = '1.5.1';

/** Update-with-start, which the locks need, is stable from this server on. */
export const oldestServer = '1.28.0';

export type CliVersion = { cli: string; server: string };

/** What `temporal --version` says; otherwise the reason, in words, why the file cannot be used. */
export async function askVersion(path: string): Promise<CliVersion | { problem: string }> {
  const answer = await execa(path, ['--version'], { reject: false, timeout: 20_000, stdin: 'ignore' });
  if (answer.failed) return { problem: `does not answer --version (${answer.code ?? answer.shortMessage?.split('\n')[0]})` };
  return parseVersion(answer.stdout);
}

/** Reads `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`; a CLI built without its version says 0.0.0-DEV, so the server's counts. */
export function parseVersion(text: string): CliVersion | { problem: string } {
  const found = /^temporal version (\S+) \(Server ([\d.]+)/i.exec(text.trim());
  const [cli, server] = [found?.[1], semver.coerce(found?.[2])?.version];
  if (!cli || !server) return { problem: 'is not the Temporal CLI (its --version names no server)' };
  if (semver.lt(server, oldestServer)) return { problem: `holds server ${server}; Mainstay needs ${oldestServer} or later` };
  return { cli, server };
}
