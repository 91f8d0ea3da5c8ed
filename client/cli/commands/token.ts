import { type Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { makeToken, type Role, roles } from '../../gateway/tokens.ts';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';

type TokenOptions = { role: Role[]; json?: boolean };

/** `mainstay token NAME`: a token for the HTTP API. Its entry goes to standard output, the token itself beside it, so that a file gets the entry alone. */
export function addToken(program: Command, cli: Cli): void {
  const command = program
    .command('token <name>')
    .description('make a token for the HTTP API, and its entry for MAINSTAY_API_TOKENS_FILE')
    .addOption(
      new Option('--role <role>', 'what its bearer may do; repeat it for several')
        .choices(roles)
        .argParser(collectRole)
        .makeOptionMandatory(),
    )
    .option('--json', 'print one JSON object with both')
    .action((name: string, { role, json }: TokenOptions) => {
      const { token, entry } = makeToken({ name, roles: role });
      if (json) return cli.terminal.json({ token, entry });
      cli.terminal.print(stringify([entry]).trimEnd());
      cli.terminal.note(`the token of ${entry.name}, which is shown this once and kept nowhere: ${token}`);
      cli.terminal.note('gateways know it from their next start, once its entry is in MAINSTAY_API_TOKENS_FILE');
    });
  withExamples(command, [
    ['mainstay token ci --role operator >> tokens.yml', 'the entry to the file, the token to the terminal'],
    ['mainstay token ada --role operator --role approver', 'several roles'],
    ['mainstay token kim --role viewer --json', 'for programs'],
  ]);
}

function collectRole(text: string, before: Role[] = []): Role[] {
  const role = roles.find((known) => known === text);
  if (role === undefined) throw new InvalidArgumentError(`Allowed choices are ${roles.join(', ')}.`);
  return [...before, role];
}
