import { plainLine, plainLines } from '../../schemas/plainText.ts';

/** Most characters that one observation shows of a file or a search: what a model is shown again is not much longer. */
export const longestShown = 11_000;
/** Longest line that is shown whole. */
const longestLine = 1000;

/** A path as it is shown: quoted when it could be mistaken for something else. */
export function shownPath(path: string): string {
  return /^[\w./@+-]+$/.test(path) && path.length <= 200 ? path : plainLine(JSON.stringify(path), 200);
}

/** A few paths for one sentence. */
export function somePaths(paths: readonly string[], most = 20): string {
  const rest = paths.length - most;
  return `${paths.slice(0, most).map(shownPath).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** A line of a file, harmless in a terminal, cut when it is very long. */
export function shownLine(line: string): string {
  const plain = plainLines(line.length > longestLine * 4 ? line.slice(0, longestLine * 4) : line).replaceAll('\n', ' ');
  return plain.length > longestLine ? `${plain.slice(0, longestLine)}… (${line.length} characters)` : plain;
}

/** What a step says: text for the model, and one line for people. */
export type Said = { observation: string; headline: string };
