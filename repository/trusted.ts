import { globMatcher } from './glob.ts';

/** Whether the operators vouch for a repository's own branches. GitHub's names do not tell upper from lower case. */
export function isTrusted(globs: readonly string[], { owner, repo }: { owner: string; repo: string }): boolean {
  const name = `${owner}/${repo}`.toLowerCase();
  return globs.some((glob) => globMatcher(glob.toLowerCase())(name));
}
