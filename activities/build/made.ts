import type { Artifact } from '../../schemas/stage.ts';
import { depsFolder } from '../install/step.ts';

/** What one step of a build gave: artifacts and clauses for the summary, or the sentence that ends the stage as failed. */
export type Made = { artifacts: Artifact[]; said: string[] } | { failed: string };

/** Folder inside a package, in the box only, in which packers leave what they made. */
export const outFolder = '.mainstay-out';

/** `directory/name`, where '' is the root. */
export function within(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** ` in web`, or nothing for the root. */
export function place(directory: string): string {
  return directory === '' ? '' : ` in ${directory}`;
}

/** First 12 digits of a digest, for people. */
export function shortDigest(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}

/**
 * Shell line that copies a package, as it stands after its build, to `.mainstay-out/tree`, without what the install step laid beside it:
 * packers take along whatever nothing excludes.
 */
export const copyTree = [
  `rm -rf ${outFolder} && mkdir -p ${outFolder}/tree`,
  `tar -c --exclude=./${outFolder} --exclude=./${depsFolder} --exclude=./.venv --exclude=node_modules . | tar -x -C ${outFolder}/tree`,
].join(' && ');
