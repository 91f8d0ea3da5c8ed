import type { Artifact } from '../../schemas/stage.ts';

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
