import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openGit } from '../../repository/git.ts';
import { contentWord } from '../../schemas/names.ts';
import { signature } from '../lib/generated/commitMessage.ts';
import { writeCommit } from '../lib/generated/writeCommit.ts';

/** The same for all, so that every attempt makes the same first commit. */
const firstDay = '2000-01-01T00:00:00Z';
const longestName = 40;

/** The repository under `<home>/projects` that belongs to the key; made with one empty commit on main when it is not there. */
export async function projectFolder(
  home: string,
  { request, key }: { request: string; key: string },
  signal?: AbortSignal,
): Promise<string> {
  const folder = join(home, 'projects');
  const path = join(folder, `${nameFrom(request)}-${contentWord(key)}`);
  if (existsSync(path)) return path;

  await mkdir(folder, { recursive: true });
  // Moved into place when it is whole: a killed attempt leaves no half repository under the name.
  const fresh = await mkdtemp(join(folder, '.new-'));
  try {
    await openGit({ signal }).run(['init', '--quiet', '--template=', '--initial-branch=main', '--', fresh]);
    const git = openGit({ gitDir: join(fresh, '.git'), signal });
    await writeCommit(git, { files: [], message: 'Begin the project\n', by: signature(firstDay), ref: () => 'refs/heads/main' });
    await rename(fresh, path).catch((error: unknown) => {
      // Another attempt was quicker.
      if (!existsSync(path)) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return path;
}

/** The first words of a request as a folder's name. */
function nameFrom(request: string): string {
  const plain = request.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const words = plain.match(/[a-z0-9]+/g)?.slice(0, 5) ?? [];
  return words.join('-').slice(0, longestName).replace(/-$/, '') || 'project';
}
