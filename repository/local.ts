import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { failure } from '../schemas/failures.ts';
import { type Git, openGit } from './git.ts';
import type { RepositoryLocation } from './location.ts';

export type LocalRepository = {
  git: Git;
  gitDir: string;
  /** Folder with the checked-out files; absent for a bare repository. */
  workTree?: string;
};

/**
 * Opens a repository on this machine's disk for reading refs and objects; what compares files needs `openWorkTree`.
 * Fails with `RepositoryNotFound` (no such folder) or `NotARepository`.
 */
export async function openLocal(location: RepositoryLocation, signal?: AbortSignal): Promise<LocalRepository> {
  const path = location.remote;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw failure('RepositoryNotFound', `${path} does not exist`);
  if (!found.isDirectory()) throw failure('NotARepository', `${path} is a file; name the folder of a git repository`);

  const workTree = existsSync(join(path, '.git')) ? path : undefined;
  if (workTree === undefined && !isBare(path)) throw failure('NotARepository', notARepository(path));

  const gitDir = workTree === undefined ? path : join(path, '.git');
  const plain = openGit({ gitDir, workTree, signal });
  if ((await plain.attempt(['rev-parse', '--git-dir'])).exitCode !== 0) {
    throw failure('NotARepository', `${path} looks like a git repository and cannot be read as one; try 'git fsck' there`);
  }
  return { git: plain, gitDir, workTree };
}

/** Git for comparing the files of a working tree, with the filter, diff and merge programs of the repository's own configuration turned off. */
export async function openWorkTree({ git, gitDir, workTree }: LocalRepository, signal?: AbortSignal): Promise<Git> {
  return openGit({ gitDir, workTree, signal, settings: await filtersOff(git) });
}

/** Settings that turn off each filter, diff and merge program which the repository's own configuration names. */
async function filtersOff(git: Git): Promise<string[]> {
  const listed = await git.attempt(['config', '--null', '--name-only', '--get-regexp', '^(filter|diff|merge)\\..*\\.']);
  const names = listed.output.toString('utf8').split('\0').filter(Boolean);
  return [...new Set(names)].map((name) => (name.endsWith('.required') ? `${name}=false` : `${name}=`));
}

function isBare(path: string): boolean {
  return existsSync(join(path, 'HEAD')) && existsSync(join(path, 'objects')) && existsSync(join(path, 'refs'));
}

function notARepository(path: string): string {
  for (let above = dirname(path); ; above = dirname(above)) {
    if (existsSync(join(above, '.git'))) return `${path} is a folder inside the repository ${above}; name that one`;
    if (above === dirname(above)) return `${path} is not a git repository; run 'git init' there and commit, or name another folder`;
  }
}
