import { failure } from '../../schemas/failures.ts';

/** Keys and indexes from the file's root to the place. */
export type Place = readonly (string | number)[];

/** Something wrong with the content of a configuration, by its place in the parsed value. */
export type Fault = {
  at: Place;
  problem: string;
  fix: string;
  /** The key itself is wrong, not its value. */
  onKey?: boolean;
  /** A path that leaves the repository, which is a failure of its own type. */
  outside?: boolean;
};

/** The same by its place in the file; lines and columns from 1, or 0 for what was never written in a file. */
export type Problem = { path: string; line: number; column: number; key: string; problem: string; fix: string };

/** The failure for a file with problems: the first `shown` as `path:line:column: key: problem; fix`, the first 100 in the details. */
export function refusal(problems: readonly Problem[], outside = false, shown = 5): Error {
  const lines = problems.slice(0, shown).map(describe);
  if (problems.length > shown) lines.push(`and ${problems.length - shown} more`);
  return failure(outside ? 'PathOutsideRepository' : 'InvalidConfiguration', lines.join('\n'), { problems: problems.slice(0, 100) });
}

function describe({ path, line, column, key, problem, fix }: Problem): string {
  const place = line === 0 ? path : `${path}:${line}:${column}`;
  return `${place}: ${key === '' ? '' : `${key}: `}${problem}; ${fix}`;
}

/** `pipeline.stages.test.needs[0]`. */
export function dotted(at: Place): string {
  return at.reduce<string>((path, part) => (typeof part === 'number' ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`), '');
}
