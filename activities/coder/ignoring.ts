import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openGit } from '../../repository/git.ts';

/** Which of the paths the text of a root `.gitignore` leaves out, judged by git itself in the empty folder `scratch`. */
export async function ignoredBy(gitignore: string, paths: readonly string[], scratch: string, signal?: AbortSignal): Promise<Set<string>> {
  if (gitignore.trim() === '' || paths.length === 0) return new Set();
  const [gitDir, workTree, rules] = [join(scratch, 'rules.git'), join(scratch, 'nothing'), join(scratch, 'rules')];
  try {
    await mkdir(workTree, { recursive: true });
    await writeFile(rules, gitignore);
    await openGit({ signal }).run(['init', '--quiet', '--bare', '--template=', '--', gitDir]);
    const git = openGit({ gitDir, workTree, directory: workTree, signal, settings: ['core.bare=false', `core.excludesFile=${rules}`] });
    // Exit code 1: none of them.
    const found = await git.attempt(['check-ignore', '--no-index', '-z', '--stdin'], { input: paths.map((path) => `${path}\0`).join('') });
    return new Set(found.output.toString('utf8').split('\0').filter(Boolean));
  } finally {
    await Promise.all([gitDir, workTree, rules].map((path) => rm(path, { recursive: true, force: true })));
  }
}
