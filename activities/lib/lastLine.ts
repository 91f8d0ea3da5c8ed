import { stripVTControlCharacters } from 'node:util';

const longest = 200;
const npmNoise = /^npm (?:error|ERR!) (?:A complete log|Lifecycle script|in workspace|at location|code|path|workspace|command)/;

/** The last line that says something, without colours; programs put the reason at the end. */
export function lastLine(output: string): string {
  return linesOf(output).at(-1)?.slice(0, longest) ?? 'no output';
}

/** The first line that says something, without colours and at most 200 characters. */
export function firstLine(text: string): string {
  return linesOf(text.slice(0, 20_000))[0]?.slice(0, longest) ?? '';
}

/** The line that most likely says why a program failed: the first that speaks of an error, else the last. */
export function reasonOf(output: string): string {
  const reason = linesOf(output).find((line) =>
    /\berror\b|couldn't|could not|cannot|can't|not found|no such|invalid|unknown|unable|failed/i.test(line),
  );
  return reason?.slice(0, longest) ?? lastLine(output);
}

function linesOf(output: string): string[] {
  return stripVTControlCharacters(output)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !npmNoise.test(line) && !line.startsWith('> '));
}
