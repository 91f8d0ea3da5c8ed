import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { execa } from 'execa';

/** A toolchain with a folder of its own: that folder, whose programs are in `bin`. */
export type Toolchain = { prefix: string };

const askMs = 10_000;
// Each tool says itself where it lives; a shim in PATH would not.
const questions = [
  { argv: ['node', '-p', 'process.execPath'], prefix: (answer: string) => dirname(dirname(answer)) },
  { argv: ['python3', '-c', 'import sys; print(sys.base_prefix)'], prefix: (answer: string) => answer },
  { argv: ['go', 'env', 'GOROOT'], prefix: (answer: string) => answer },
  { argv: ['rustc', '--print', 'sysroot'], prefix: (answer: string) => answer },
] as const;

/** Toolchains of Node, Python, Go and Rust that PATH gives and that are not the system's own. A home folder as a whole is never one. */
export async function toolchains(path: string): Promise<Toolchain[]> {
  const prefixes = await Promise.all(
    questions.map(async ({ argv, prefix }) => {
      const answer = await ask(argv, path);
      return answer === '' ? undefined : await realpath(prefix(await realpath(answer).catch(() => answer))).catch(() => undefined);
    }),
  );
  const found = prefixes.filter((prefix) => prefix !== undefined).filter((prefix) => prefix !== '/usr' && !holdsHome(prefix));
  return [...new Set(found)].map((prefix) => ({ prefix }));
}

/** Hash (hex) of the versions of what installs dependencies on this machine. */
export async function toolVersions(path: string): Promise<string> {
  const versions = ['node --version', 'npm --version', 'python3 --version', 'go version', 'rustc --version'];
  const answers = await Promise.all(versions.map((line) => ask(line.split(' '), path)));
  return createHash('sha256')
    .update(JSON.stringify([process.platform, process.arch, answers]))
    .digest('hex');
}

async function ask(argv: readonly string[], path: string): Promise<string> {
  const [file = '', ...args] = argv;
  const answer = await execa(file, args, { reject: false, env: { PATH: path }, timeout: askMs });
  return answer.failed ? '' : (answer.stdout ?? '').trim();
}

function holdsHome(prefix: string): boolean {
  const home = homedir();
  return prefix === '/' || home === prefix || home.startsWith(`${prefix}/`);
}
