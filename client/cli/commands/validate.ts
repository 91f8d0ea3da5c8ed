import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { fileTypeOf, fileTypes, validateFile, type FileType } from '../../../repository/validateFile.ts';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';
import { readText } from '../readText.ts';

/** `mainstay validate`: checks a configuration file as a run would, and the files of the develop flow. */
export function addValidate(program: Command, cli: Cli): void {
  const command = program
    .command('validate <file>')
    .description('check a configuration file, a plan, a contract or a report of a proof as a run would')
    .addOption(new Option('-t, --type <type>', 'what the file is (default: by its name)').choices(fileTypes))
    .option('--json', 'print what it means, defaults filled in')
    .action(async (file: string, { type, json }: { type?: FileType; json?: boolean }) => {
      const known = type ?? fileTypeOf(file);
      const value = validateFile({ type: known, text: await readText(resolve(cli.cwd, file), file), path: file });
      if (json) return cli.terminal.json(value);
      cli.terminal.print(`${file} is valid`);
    });
  withExamples(command, [
    ['mainstay validate pipeline.yml', 'every problem with line, column and fix'],
    ['mainstay validate rules.yml --type project --json', 'with its type named; prints it with every default'],
    ['mainstay validate plan.json --type todo', 'a plan; every problem with JSON pointer, line and column'],
  ]);
}
