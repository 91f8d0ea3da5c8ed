import { cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { simpleGit } from 'simple-git';

const here = fileURLToPath(new URL('.', import.meta.url));
const leftOut = new Set(['node_modules', 'coverage', '.git']);

// The same for everybody and for ever, so that the same files are the same commit on every machine.
const identity = {
  GIT_AUTHOR_NAME: 'Mainstay samples',
  GIT_AUTHOR_EMAIL: 'samples@mainstay.invalid',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Mainstay samples',
  GIT_COMMITTER_EMAIL: 'samples@mainstay.invalid',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/**
 * A git repository made of a sample's files, under `home/samples`; answers its path. The same files give the same commit. It is made
 * anew when the files have changed, unless somebody has worked in it since: then theirs stays.
 */
export async function materialiseSample({ name, home }: { name: string; home: string }): Promise<string> {
  const samples = join(home, 'samples');
  const path = join(samples, name);
  await mkdir(samples, { recursive: true });
  const part = await mkdtemp(join(samples, `.${name}-`));
  try {
    const commit = await commitFiles(join(here, name), part);
    if (await isToBeReplaced(path, commit)) {
      await rm(path, { recursive: true, force: true });
      await rename(part, path);
    }
    return path;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function commitFiles(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true, filter: (path) => !leftOut.has(basename(path)) });
  await git(to, 'init', '--quiet', '--initial-branch=main');
  await git(to, 'add', '--all');
  await git(to, 'commit', '--quiet', '--no-gpg-sign', '--message=A small service to deliver');
  const commit = await git(to, 'rev-parse', 'HEAD');
  await writeFile(markOf(to), commit);
  return commit;
}

async function isToBeReplaced(path: string, commit: string): Promise<boolean> {
  const made = await readFile(markOf(path), 'utf8').catch(() => undefined);
  if (made === undefined) return await stat(path).then(() => false, () => true);
  if (made === commit) return false;
  const untouched = (await git(path, 'rev-parse', 'HEAD')) === made && (await git(path, 'status', '--porcelain')) === '';
  return untouched;
}

function markOf(path: string): string {
  return join(path, '.git', 'mainstay-sample');
}

// The repository is our own, so that simple-git is enough; other people's are read by repository/git.ts.
async function git(cwd: string, ...args: string[]): Promise<string> {
  const runner = simpleGit({
    baseDir: cwd,
    config: ['core.autocrlf=false', 'core.fileMode=false'],
    trimmed: true,
    // The commit must not depend on the user's own configuration, which is what this setting lets us leave out.
    unsafe: { allowUnsafeConfigPaths: true },
    allowEnvironment: Object.keys(identity),
  });
  return await runner.env({ PATH: process.env.PATH ?? '', ...identity }).raw(args);
}
