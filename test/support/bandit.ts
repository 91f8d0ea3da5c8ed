import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const version = '1.9.4';

/** A folder with a `bandit` program, made once per machine from the package registry; undefined where that is not possible. */
export async function banditFolder(): Promise<string | undefined> {
  const venv = join(tmpdir(), `mainstay-test-bandit-${version}`);
  const bin = join(venv, 'bin');
  if (existsSync(join(bin, 'bandit'))) return bin;
  const made = await execa('python3', ['-m', 'venv', venv], { reject: false });
  if (made.exitCode !== 0) return undefined;
  const installed = await execa(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', `bandit==${version}`], {
    reject: false,
    timeout: 60_000,
  });
  return installed.exitCode === 0 ? bin : undefined;
}
