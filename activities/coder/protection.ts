import { globMatcher } from '../../repository/glob.ts';

/** Tells protected paths from others, as a file system does that is careless about letter case and Unicode forms. */
export type Protection = (path: string) => boolean;

/** Globs as in `repository/glob.ts`; one that cannot be read protects the path of that name. */
export function protection(globs: readonly string[]): Protection {
  const matchers = globs.map((glob) => {
    try {
      return globMatcher(folded(glob));
    } catch {
      return (path: string) => path === folded(glob);
    }
  });
  return (path) => {
    const plain = folded(path);
    return matchers.some((matches) => matches(plain));
  };
}

/** A glob that stands for this path alone. */
export function asGlob(path: string): string {
  return path.replace(/[\\*?[\]{},]/g, (special) => `\\${special}`);
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
