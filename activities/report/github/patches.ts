import type { PullRequestDesk } from './desk.ts';

/** Path → lines of the new version that the pull request's diff shows, context included: only on these GitHub takes comments. */
export type Patches = ReadonlyMap<string, ReadonlySet<number>>;

export async function patchesOf({ octokit, at, number }: PullRequestDesk): Promise<Patches> {
  const files = await octokit.paginate(octokit.rest.pulls.listFiles, { ...at, pull_number: number, per_page: 100 });
  // A large or binary file comes without its patch.
  return new Map(files.map(({ filename, patch }) => [filename, shownLines(patch ?? '')]));
}

export function isChanged(patches: Patches, path: string, line: number): boolean {
  return patches.get(path)?.has(line) ?? false;
}

/** Lines of the new version in a unified diff of one file. */
export function shownLines(patch: string): Set<number> {
  const lines = new Set<number>();
  let line = 0;
  for (const text of patch.split('\n')) {
    const hunk = /^@@ -\d+(?:,\d+)? \+(\d+)/.exec(text);
    if (hunk) line = Number(hunk[1]);
    else if (text.startsWith('+') || text.startsWith(' ')) lines.add(line++);
  }
  return lines;
}
