import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false'];

/** A repository with one commit of these files on main, for tests and benches that outlive one test; `close` removes it. */
export async function standingRepository(files: Readonly<Record<string, string>>) {
  const path = await mkdtemp(join(tmpdir(), 'mainstay-repository-'));
  const git = async (...args: string[]) => (await execa('git', ['-C', path, ...person, ...args])).stdout;
  await execa('git', ['init', '--quiet', '--initial-branch=main', path]);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  }
  await git('add', '--all');
  await git('commit', '--quiet', '--no-verify', '--message', 'start');
  return { path, git, close: () => rm(path, { recursive: true, force: true }) };
}
export type StandingRepository = Awaited<ReturnType<typeof standingRepository>>;
