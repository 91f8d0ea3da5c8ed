import { stripVTControlCharacters } from 'node:util';

/** The last line that says something, without colours; programs put the reason at the end. */
export function lastLine(output: string): string {
  const lines = stripVTControlCharacters(output)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' &&
        !/^npm (?:error|ERR!) (?:A complete log|Lifecycle script|in workspace|at location|code|path|workspace|command)/.test(line),
    );
  return lines.at(-1)?.slice(0, 200) ?? 'no output';
}

/** The first line that says something, without colours and at most 200 characters. */
export function firstLine(text: string): string {
  const lines = stripVTControlCharacters(text.slice(0, 20_000)).split(/[\r\n]+/);
  return (
    lines
      .map((line) => line.trim())
      .find((line) => line !== '')
      ?.slice(0, 200) ?? ''
  );
}
