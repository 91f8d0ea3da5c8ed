import type { NodePackage, Project } from '../../repository/project.ts';
import { splitCommands } from '../../repository/tools/commandLine.ts';
import { followScript } from '../../repository/tools/scripts.ts';

/** A command of the pipeline file, looked through to what it comes down to. */
export type OwnCommand = {
  /** The script's text where the command calls one, else the command. */
  line: string;
  /** Its words, when it is one plain command; empty when it is shell work. */
  words: string[];
  /** What stands before further arguments: npm hands them on only behind `--`. */
  separator: '' | '-- ';
};

/** Reads a command as written: `npm test`, `npm run lint`, `eslint .`, `python -m pytest`, `make check`. */
export function readOwnCommand(line: string, directory: string, project: Project): OwnCommand {
  const pkg = project.packages.find((one): one is NodePackage => one.directory === directory && one.language === 'node');
  const script = pkg && scriptText(line, pkg);
  const text = script ?? line;
  const commands = splitCommands(text);
  const plain = commands.length === 1 && !/[|&;<>`\n]|\$\(/.test(text);
  return {
    line: text,
    words: plain ? withoutModule(commands[0]?.words ?? []) : [],
    separator: script !== undefined && line.trim().startsWith('npm') ? '-- ' : '',
  };
}

/** The text of the script that the command calls, when that script itself is one command: only then do arguments reach it. */
function scriptText(line: string, pkg: NodePackage): string | undefined {
  const called = /^(?:(?:npm|pnpm|yarn|bun) (?:run|run-script) |(?:npm|pnpm|yarn) )([\w:.-]+)$/.exec(line.trim())?.[1];
  const name = called === 't' ? 'test' : called;
  const leaves = name === undefined ? [] : followScript(pkg.scripts, name);
  return leaves.length === 1 && leaves[0]?.alone && leaves[0].script === name ? leaves[0].command.text : undefined;
}

/** `python -m pytest tests` is `pytest tests`. */
function withoutModule(words: string[]): string[] {
  return /^python[\d.]*$/.test(words[0] ?? '') && words[1] === '-m' ? words.slice(2) : words;
}
