import { globMatcher } from '../glob.ts';
import { programName, splitCommands, type Command } from './commandLine.ts';

/** A command that a script comes down to, after following `npm run X` and its like. */
export type Leaf = {
  /** The script whose text holds the command. */
  script: string;
  command: Command;
  /** True when the script's text is this one command. */
  alone: boolean;
  /** The coverage tool around the call that led here: `nyc npm run unit`. */
  around?: 'nyc' | 'c8';
};

const managers = ['npm', 'pnpm', 'yarn', 'bun'];
/** Scripts written to explode when followed stop here; nobody's test has so many commands. */
const mostLeaves = 100;

/** The commands that running `script` means, in order; at most 100. Scripts that call each other in a circle are followed once. */
export function followScript(scripts: Record<string, string>, script: string): Leaf[] {
  const found: Leaf[] = [];
  let visits = 0;
  const follow = (name: string, seen: readonly string[], around: Leaf['around']) => {
    const text = scripts[name];
    if (text === undefined || seen.includes(name) || ++visits > mostLeaves) return;
    const commands = splitCommands(text);
    for (const command of commands) {
      if (found.length >= mostLeaves) return;
      const { words, tool } = insideCoverage(command.words);
      const called = calledScripts(words, scripts);
      if (called === undefined) found.push({ script: name, command, alone: commands.length === 1, around });
      else for (const next of called) follow(next, [...seen, name], tool ?? around);
    }
  };
  follow(script, [], undefined);
  return found;
}

/** `nyc --all npm run unit` is `npm run unit` inside nyc. */
function insideCoverage(words: readonly string[]): { words: readonly string[]; tool?: Leaf['around'] } {
  const [program] = words;
  if (program !== 'nyc' && program !== 'c8') return { words };
  const call = words.findIndex((word) => managers.includes(word));
  return call === -1 ? { words } : { words: words.slice(call), tool: program };
}

/** The scripts of the same package that a command runs; undefined when it is no such command. */
function calledScripts(words: readonly string[], scripts: Record<string, string>): string[] | undefined {
  const [program, ...rest] = words;
  if (program === undefined) return undefined;
  if (managers.includes(program)) return byManager(rest, scripts);
  if (['npm-run-all', 'run-s', 'run-p', 'npm-run-all2', 'wsrun'].includes(program)) return byPattern(rest, scripts);
  if (program === 'concurrently') return byConcurrently(rest, scripts);
  return undefined;
}

function byManager(rest: readonly string[], scripts: Record<string, string>): string[] | undefined {
  if (rest.some((word) => /^(?:-r|--recursive|-ws|--workspaces?(?:=.*)?|-w|--filter(?:=.*)?|-F|--prefix|workspaces?|-C|--cwd)$/.test(word)))
    return undefined;
  const words = rest.filter((word) => !word.startsWith('-'));
  const name =
    words[0] === 'run' || words[0] === 'run-script' || words[0] === 'rum'
      ? words[1]
      : words[0] === 't' || words[0] === 'tst'
        ? 'test'
        : words[0];
  return name !== undefined && Object.hasOwn(scripts, name) ? [name] : undefined;
}

function byPattern(rest: readonly string[], scripts: Record<string, string>): string[] | undefined {
  const names = rest.filter((word) => !word.startsWith('-')).flatMap((pattern) => matching(pattern.split(' ')[0] ?? pattern, scripts));
  return names.length > 0 ? names : undefined;
}

function byConcurrently(rest: readonly string[], scripts: Record<string, string>): string[] | undefined {
  const names = rest
    .filter((word) => !word.startsWith('-'))
    .flatMap((word) => {
      const short = /^(?:npm|pnpm|yarn|bun):(\S+)/.exec(word)?.[1];
      if (short !== undefined) return matching(short, scripts);
      return splitCommands(word).flatMap((command) => calledScripts(command.words, scripts) ?? []);
    });
  return names.length > 0 ? names : undefined;
}

/** `:` separates the parts of a script's name as `/` does in a path, so `lint:*` is one level and `lint:**` all. */
function matching(pattern: string, scripts: Record<string, string>): string[] {
  const matches = matcherOf(pattern.replaceAll(':', '/'));
  return Object.keys(scripts).filter((name) => name === pattern || matches(name.replaceAll(':', '/')));
}

function matcherOf(pattern: string): (name: string) => boolean {
  try {
    return globMatcher(pattern);
  } catch {
    // No pattern, so it can only be a name.
    return () => false;
  }
}

/** True for a script that only says that there is nothing: `echo "Error: no test specified" && exit 1`, `exit 0`, `true`. */
export function isPlaceholder(text: string): boolean {
  return splitCommands(text).every(({ words }) => ['echo', 'exit', 'true', ':', 'printf'].includes(programName(words[0] ?? '')));
}
