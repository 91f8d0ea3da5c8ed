import type { Command } from 'commander';
import { failureCatalogue } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { Cli } from '../context.ts';
import type { Part } from '../doctor/part.ts';
import { withExamples } from '../examples.ts';
import type { Colours } from '../terminal.ts';

/** `mainstay doctor`: what this machine has, what it lacks and what that costs. */
export function addDoctor(program: Command, cli: Cli): void {
  const command = program
    .command('doctor')
    .description('say what this machine has, what it lacks and what that costs')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      // The clients of all services together take a second to load.
      const { examine } = await import('../doctor/examine.ts');
      const parts = await examine(cli);
      const ok = parts.every(({ found, essential }) => found || !essential);
      if (!ok) cli.outcome.code = failureCatalogue.ToolMissing.exit;
      if (json) return cli.terminal.json({ ok, parts });
      for (const line of partLines(parts, cli.terminal.colours)) cli.terminal.print(line);
    });
  withExamples(command, [
    ['mainstay doctor', 'exit code 0 unless something essential is missing'],
    ['mainstay doctor --json | jq ".parts[] | select(.found | not)"', 'what is missing, for programs'],
  ]);
}

/** A line for each part, and a second one with cost and fix for each that is missing. */
function partLines(parts: readonly Part[], colours: Colours): string[] {
  const width = Math.max(...parts.map(({ name }) => name.length));
  return parts.flatMap((part) => {
    const sign = part.found ? colours.green('✔') : part.essential ? colours.red('✖') : colours.yellow('–');
    const said = part.detail === undefined ? (part.found ? 'found' : 'not found') : plainLine(part.detail);
    const missing = part.found ? [] : [colours.dim(`  ${''.padEnd(width)}  ${part.costs}; ${part.fix}`)];
    return [`${sign} ${part.name.padEnd(width)}  ${said}`, ...missing];
  });
}
