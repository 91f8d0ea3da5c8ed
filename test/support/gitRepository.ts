import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';

const author = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};
const plain = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_PROTOCOL_FROM_USER: '1', ...author };

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mainstay-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type TestRepository = {
  path: string;
  /** Runs git there as a person would; answers trimmed standard output. */
  git(args: readonly string[], input?: string | Uint8Array): Promise<string>;
  /** Writes files, commits all, answers the commit. */
  commit(files: Readonly<Record<string, string>>, message?: string): Promise<string>;
};

/** A real repository on branch main in a folder of its own; without commits. */
export async function makeRepository(...options: string[]): Promise<TestRepository> {
  const path = join(await temporaryFolder(), 'shop');
  await execa('git', ['init', '--quiet', '--initial-branch=main', ...options, path], { env: plain });
  const git: TestRepository['git'] = async (args, input) => {
    const run = await execa('git', ['-C', path, ...args], { env: plain, ...(input === undefined ? {} : { input }) });
    return run.stdout;
  };
  return {
    path,
    git,
    async commit(files, message = 'change') {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(path, name)), { recursive: true });
        await writeFile(join(path, name), text);
      }
      await git(['add', '--all']);
      await git(['commit', '--quiet', '--no-verify', '--allow-empty', '--message', message]);
      return git(['rev-parse', 'HEAD']);
    },
  };
}

/** One entry of a crafted tree; a nested object is a folder. */
export type Crafted = { mode: '100644' | '100755' | '120000' | '160000'; text: string } | CraftedTree;
export type CraftedTree = readonly (readonly [name: string, entry: Crafted])[];

/** Writes tree objects byte by byte, so that names are possible which git itself refuses, and commits the outermost; answers the commit. */
export async function commitCrafted(repository: TestRepository, tree: CraftedTree): Promise<string> {
  const commit = await repository.git(['commit-tree', '-m', 'crafted', await writeTree(repository, tree)]);
  await repository.git(['update-ref', 'refs/heads/main', commit]);
  return commit;
}

async function writeTree(repository: TestRepository, tree: CraftedTree): Promise<string> {
  const parts: Buffer[] = [];
  for (const [name, entry] of tree) {
    const isTree = !('mode' in entry);
    const id = isTree ? await writeTree(repository, entry) : entry.mode === '160000' ? entry.text : await writeBlob(repository, entry.text);
    parts.push(Buffer.from(`${isTree ? '40000' : entry.mode} ${name}\0`), Buffer.from(id, 'hex'));
  }
  return repository.git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], Buffer.concat(parts));
}

function writeBlob(repository: TestRepository, text: string): Promise<string> {
  return repository.git(['hash-object', '-w', '--stdin'], text);
}
