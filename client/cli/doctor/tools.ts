import { execa } from 'execa';
import type { Part } from './part.ts';

type Tool = Pick<Part, 'name' | 'group' | 'costs' | 'fix'> & { command: string; arguments: string[]; essential?: boolean };

const version = ['--version'];

/** Programs that are looked for on PATH, each asked for its version. */
const tools: readonly Tool[] = [
  {
    name: 'git',
    group: 'needed',
    command: 'git',
    arguments: version,
    essential: true,
    costs: 'no repository can be read',
    fix: 'install git 2.39 or newer',
  },
  {
    name: 'bubblewrap',
    group: 'isolation',
    command: 'bwrap',
    arguments: ['--ro-bind', '/', '/', '--unshare-all', 'bwrap', '--version'],
    costs: 'without Docker only trusted repositories can run',
    fix: 'Linux: install the package bubblewrap',
  },
  {
    name: 'Python',
    group: 'languages',
    command: 'python3',
    arguments: version,
    costs: 'Python projects run only in Docker',
    fix: 'install python3 with venv',
  },
  {
    name: 'Go',
    group: 'languages',
    command: 'go',
    arguments: ['version'],
    costs: 'Go projects run only in Docker; the Temporal server cannot be built here',
    fix: 'install Go 1.25 or newer',
  },
  {
    name: 'Rust',
    group: 'languages',
    command: 'cargo',
    arguments: version,
    costs: 'Rust projects run only in Docker',
    fix: 'install rustup',
  },
  {
    name: 'helm',
    group: 'services',
    command: 'helm',
    arguments: ['version', '--short'],
    costs: 'nothing is deployed by Helm charts',
    fix: 'install helm 3',
  },
  scanner('gitleaks', ['version'], 'secrets are looked for by secretlint alone', 'install gitleaks'),
  scanner('bandit', version, 'Python code is not scanned for weak spots', 'pip install bandit'),
  scanner('semgrep', version, 'code is not scanned by semgrep rules', 'pip install semgrep'),
  scanner('osv-scanner', version, 'dependencies are not compared with OSV', 'install osv-scanner'),
  scanner('trivy', version, 'images are not scanned', 'install trivy'),
  scanner('pip-audit', version, 'Python dependencies are not audited', 'pip install pip-audit'),
];

function scanner(name: string, args: string[], costs: string, fix: string): Tool {
  return { name, group: 'scanners', command: name, arguments: args, costs, fix };
}

// A tool that needs longer for its version is as good as broken.
const timeout = 15_000;

/** Looks for every tool at once; a tool that is there and does not run counts as missing, with what it said. */
export async function lookForTools(env: Readonly<Record<string, string | undefined>>): Promise<Part[]> {
  return await Promise.all(
    tools.map(async ({ command, arguments: args, essential = false, ...tool }): Promise<Part> => {
      const asked = await execa(command, args, { env, extendEnv: false, reject: false, timeout, stdin: 'ignore', all: true });
      const said = (asked.all ?? '').split('\n').find((line) => line.trim() !== '');
      const found = asked.exitCode === 0;
      const detail = found ? versionIn(said ?? '') : asked.code === 'ENOENT' ? undefined : `does not run: ${said ?? asked.shortMessage}`;
      return { ...tool, essential, found, detail };
    }),
  );
}

/** The version in a tool's answer, without its name: `git version 2.39.5` → `2.39.5`. */
export function versionIn(said: string): string {
  return /(\d+\.\d+\S*)/.exec(said)?.[1] ?? said.trim();
}
