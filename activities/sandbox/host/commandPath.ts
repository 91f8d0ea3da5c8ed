import { delimiter, dirname } from 'node:path';
import { execa } from 'execa';
import semver from 'semver';
import { toolPath } from './environment.ts';

// The first that runs TypeScript as it stands, as the Node of the sandbox image does. https://nodejs.org/api/typescript.html
const oldestNode = '22.18.0';
const askMs = 10_000;

/**
 * PATH of commands without a container: the person's own; Mainstay's own Node stands before it where theirs is missing or cannot run TypeScript, so
 * that the same command does the same in every isolation.
 */
export async function commandPath(host: NodeJS.ProcessEnv): Promise<string> {
  const path = toolPath(host);
  const asked = await execa('node', ['--version'], { reject: false, env: { PATH: path }, extendEnv: false, timeout: askMs });
  const version = asked.failed ? null : semver.coerce(asked.stdout);
  return version !== null && semver.gte(version, oldestNode) ? path : [dirname(process.execPath), path].join(delimiter);
}
