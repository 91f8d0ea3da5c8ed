import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Workload } from './workloads.ts';

/**
 * The same work by a shell script: a fresh clone, the dependencies laid into it, every line side by side. Answers the milliseconds it took;
 * rejects with what it printed when a line failed.
 */
export async function runScript({ repository, nodeModules, lines }: Workload, folder: string, signal: AbortSignal): Promise<number> {
  await mkdir(folder, { recursive: true });
  const home = await mkdtemp(join(folder, 'script-'));
  const script = join(home, 'deliver.sh');
  await writeFile(script, scriptOf(lines));
  // The variables that a stage's commands get.
  const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: home, CI: 'true', LANG: 'C.UTF-8' };
  try {
    const began = performance.now();
    await execa('sh', [script, repository, nodeModules], { cwd: home, env, extendEnv: false, stdin: 'ignore', cancelSignal: signal });
    return performance.now() - began;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function scriptOf(lines: Workload['lines']): string {
  const entries = Object.entries(lines);
  return [
    'set -e',
    'git clone --quiet -- "$1" checkout',
    'cp -a -- "$2" checkout/node_modules',
    'cd checkout',
    ...entries.map(([name, line]) => `(${line}) >../${name}.log 2>&1 & ${name}=$!`),
    ...entries.map(([name]) => `wait $${name} || { cat ../${name}.log >&2; exit 1; }`),
    '',
  ].join('\n');
}
