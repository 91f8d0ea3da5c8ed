import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { simpleGit } from 'simple-git';
import { materialiseSample } from '../samples/materialise.ts';

/** A repository, its installed dependencies, and a shell line for each of its stages, which have no order among them. */
export type Workload = { name: string; repository: string; nodeModules: string; lines: Record<'lint' | 'test' | 'build', string> };

/** The sample: ESLint, `node --test` with coverage, a package. */
export async function greeter(folder: string, signal: AbortSignal): Promise<Workload> {
  const repository = await materialiseSample({ name: 'greeter', home: folder });
  const nodeModules = await installed(repository, join(folder, 'installed', 'greeter'), signal);
  return { name: 'greeter', repository, nodeModules, lines: { lint: 'npm run lint', test: 'npm test', build: 'npm pack' } };
}

const modules = 60;

/** A library of `modules` small modules, each with its test; the TypeScript compiler checks it and makes its declarations. */
export async function tally(folder: string, signal: AbortSignal): Promise<Workload> {
  const repository = join(folder, 'tally');
  for (const [path, text] of Object.entries(tallyFiles())) {
    await mkdir(dirname(join(repository, path)), { recursive: true });
    await writeFile(join(repository, path), text);
  }
  await execa('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: repository, cancelSignal: signal });
  const identity = ['user.name=Mainstay bench', 'user.email=bench@mainstay.invalid', 'commit.gpgsign=false'];
  const git = simpleGit({ baseDir: repository, config: identity });
  await git.init(['--quiet', '--initial-branch=main']);
  await git.add('.');
  await git.commit('A library to deliver');
  const nodeModules = await installed(repository, join(folder, 'installed', 'tally'), signal);
  return { name: 'tally', repository, nodeModules, lines: { lint: 'npm run lint', test: 'npm test', build: 'npm run build' } };
}

async function installed(repository: string, folder: string, signal: AbortSignal): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) await cp(join(repository, name), join(folder, name));
  await execa('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, cancelSignal: signal });
  return join(folder, 'node_modules');
}

function tallyFiles(): Record<string, string> {
  const numbers = Array.from({ length: modules }, (_, index) => index + 1);
  const manifest = {
    name: 'tally',
    version: '1.0.0',
    private: true,
    type: 'module',
    scripts: { lint: 'tsc --noEmit', test: 'node --test', build: 'tsc --declaration --emitDeclarationOnly --outDir types' },
    devDependencies: { typescript: '5.9.3' },
  };
  const compilerOptions = { allowJs: true, checkJs: true, strict: true, target: 'es2022', module: 'nodenext', types: [] };
  return {
    'package.json': JSON.stringify(manifest, null, 2),
    'tsconfig.json': JSON.stringify({ compilerOptions, include: ['source'] }, null, 2),
    '.gitignore': 'node_modules\ntypes\n',
    ...Object.fromEntries(
      numbers.flatMap((by) => [
        [`source/sum${by}.js`, sumModule(by)],
        [`test/sum${by}.test.js`, sumTest(by)],
      ]),
    ),
  };
}

function sumModule(by: number): string {
  const lines = [
    '/**',
    ` * Sum of every ${by}. number up to \`end\`.`,
    ' * @param {number} end',
    ' * @returns {number}',
    ' */',
    `export function sum${by}(end) {`,
    '  let sum = 0;',
    `  for (let next = 0; next <= end; next += ${by}) sum += next;`,
    '  return sum;',
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

function sumTest(by: number): string {
  const lines = [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    `import { sum${by} } from '../source/sum${by}.js';`,
    '',
    `test('adds every ${by}. number', () => {`,
    `  assert.equal(sum${by}(${by * 4}), ${by * 10});`,
    `  assert.ok(sum${by}(2_000_000) > 0);`,
    '});',
  ];
  return `${lines.join('\n')}\n`;
}
