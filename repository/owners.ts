import { globMatcher } from './glob.ts';
import type { FileTree } from './tree.ts';

/** The owners of a change by CODEOWNERS, as written there: `@login`, `@org/team`, or an e-mail address. */
export type ChangeOwners = { file: string; owners: string[]; notices: string[] };

// GitHub's own limit; a larger file is not looked at there either.
const mostBytes = 3 * 2 ** 20;

/** Asks the CODEOWNERS file of a tree (`.github/`, the root, `docs/`; the first one counts) who owns these paths; undefined without one. */
export async function changeOwners(tree: FileTree, paths: readonly string[]): Promise<ChangeOwners | undefined> {
  const there = new Set(await tree.list());
  const file = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'].find((path) => there.has(path));
  const text = file === undefined ? undefined : await tree.read(file, mostBytes);
  if (file === undefined || text === undefined) return undefined;
  const { rules, wrong } = readRules(text);
  const notices = wrong.map((line) => `${file}:${line} is no rule and is passed over`);
  return { file, owners: ownersOf(rules, paths), notices };
}

/** Who owns which paths: for each path the last rule that matches, which may say that nobody does. */
export function ownersOf(rules: readonly OwnerRule[], paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => rules.findLast(({ matches }) => matches(path))?.owners ?? []))];
}

export type OwnerRule = { owners: string[]; matches: (path: string) => boolean };

/** The rules of a CODEOWNERS file in order, and the numbers of lines that are none; those count for nothing, as on GitHub. */
export function readRules(text: string): { rules: OwnerRule[]; wrong: number[] } {
  const rules: OwnerRule[] = [];
  const wrong: number[] = [];
  text.split(/\r?\n/).forEach((line, i) => {
    // A `#` starts a comment where a word could; a space inside a pattern is written `\ `.
    const words = line.replace(/(?:^|\s)#.*$/, '').match(/(?:\\.|\S)+/g) ?? [];
    const [pattern, ...owners] = words;
    if (pattern === undefined) return;
    const matches = owners.every(isOwner) ? matcherOf(pattern) : undefined;
    if (matches) rules.push({ owners, matches });
    else wrong.push(i + 1);
  });
  return { rules, wrong };
}

function isOwner(word: string): boolean {
  return /^@[\w-]+(?:\/[\w.-]+)?$/.test(word) || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(word);
}

/**
 * Patterns are those of .gitignore, without `!` and `[ ]`, and `folder/*` means no deeper files. They come from whoever writes to
 * the repository, so they are matched in linear time; the libraries for .gitignore work by backtracking.
 */
function matcherOf(pattern: string): ((path: string) => boolean) | undefined {
  if (/^!|[[\]]/.test(pattern)) return undefined;
  const anchored = /\/(?=.)/.test(pattern);
  // Two stars inside a name are one, and all folders below are not the files beside them.
  const stars = pattern.replace(/(?<=[^/])\*{2,}|\*{2,}(?=[^/])/g, '*').replace(/\*\*\/$/, '**/*/');
  const plain = stars.replace(/^\//, '').replace(/[{},]/g, '\\$&');
  if (plain === '') return undefined;
  const glob = anchored ? plain : `**/${plain}`;
  const globs = glob.endsWith('/') ? [`${glob}**`] : pattern.endsWith('/*') ? [glob] : [glob, `${glob}/**`];
  try {
    const matchers = globs.map(globMatcher);
    return (path) => matchers.some((matches) => matches(path));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
