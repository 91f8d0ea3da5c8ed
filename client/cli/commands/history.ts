import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Command } from 'commander';
import { findRun } from '../../findRun.ts';
import { failure } from '../../../schemas/failures.ts';
import { type Cli, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';

/** `mainstay history`: the recorded events of a run, as Temporal's JSON; what replay tests and the Web UI read. */
export function addHistory(program: Command, cli: Cli): void {
  const command = program
    .command('history <id>')
    .description('export the event history of a run as JSON, for replay and support')
    .option('-o, --output <file>', 'write it to a file')
    .action(async (id: string, { output }: { output?: string }) => {
      const json = await withSession(cli, async ({ client }) => {
        const { workflowId, runId } = await findRun(client, id);
        return historyToJSON(await client.workflow.getHandle(workflowId, runId).fetchHistory());
      });
      if (output === undefined) return cli.terminal.print(json);
      await write(resolve(cli.cwd, output), `${json}\n`);
      cli.terminal.note(`written to ${output}`);
    });
  withExamples(command, [
    ['mainstay history last -o run.json', 'to a file'],
    ['mainstay history 9f3c2e1 | jq ".events | length"', 'to a program'],
  ]);
}

async function write(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content);
  } catch (error) {
    throw failure('InvalidInput', `--output ${path}: cannot be written (${error instanceof Error ? error.message : String(error)})`);
  }
}
