import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { parsePipeline, parseProject } from '../../../repository/configFile.ts';
import { failure } from '../../../schemas/failures.ts';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';

const parsers = { pipeline: parsePipeline, project: parseProject } as const;
type FileType = keyof typeof parsers;

/** `mainstay validate`: checks a configuration file as a run would. */
export function addValidate(program: Command, cli: Cli): void {
  const command = program
    .command('validate <file>')
    .description('check a configuration file as a run would')
    .addOption(new Option('-t, --type <type>', 'what the file is (default: by its name)').choices(Object.keys(parsers)))
    .option('--json', 'print what it means, defaults filled in')
    .action(async (file: string, { type, json }: { type?: FileType; json?: boolean }) => {
      const value = parsers[type ?? typeOf(file)](await readText(resolve(cli.cwd, file), file), { path: file });
      if (json) return cli.terminal.json(value);
      cli.terminal.print(`${file} is valid`);
    });
  withExamples(command, [
    ['mainstay validate pipeline.yml', 'every problem with line, column and fix'],
    ['mainstay validate rules.yml --type project --json', 'with its type named; prints it with every default'],
  ]);
}

function typeOf(file: string): FileType {
  const name = basename(file).split('.')[0];
  if (name === 'pipeline' || name === 'project') return name;
  throw failure('InvalidInput', `${file}: its name does not tell what it is; add --type pipeline or --type project`);
}

async function readText(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a folder; name a file' : `cannot be read (${code})`;
    throw failure('InvalidInput', `${shown} ${reason}`);
  }
}
