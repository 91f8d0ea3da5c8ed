import type { Command } from 'commander';
import { preparePipeline, startPipeline } from '../../runPipeline.ts';
import type { Cli } from '../context.ts';
import { withExamples } from '../examples.ts';
import { stayWith } from '../foreground.ts';
import { linkTo } from '../../../schemas/webUi.ts';
import { personName } from '../person.ts';
import { interruptedExit } from '../reportError.ts';
import { collectSetting } from '../settings.ts';
import { untilInterrupted } from '../stay.ts';

type StartOptions = { ref?: string; set?: Record<string, unknown>; trust?: boolean; yes?: boolean; once?: boolean; json?: boolean };

/** `mainstay start`: what `npm start` runs. Server, workers, then the pipeline of the sample or of the person's own repository. */
export function addStart(program: Command, cli: Cli): void {
  const command = program
    .command('start [subject]')
    .description('server, workers and one pipeline run: of the sample, or of a path or URL; then stays up')
    .option('-r, --ref <ref>', 'branch, tag or commit (default: HEAD)')
    .option('--set <key=value>', 'any other input, for example isolation=process', collectSetting)
    .option('--trust', 'you vouch for the code of your repository')
    .option('-y, --yes', 'agree to every approval')
    .option('--once', 'end with the run’s exit code (also without a terminal)')
    .option('--json', 'print one JSON object at the end; implies --once')
    .action(async (subject: string | undefined, options: StartOptions) => {
      cli.outcome.code = await start(cli, subject, options);
    });
  withExamples(command, [
    ['npm start', 'the sample'],
    ['npm start -- ../shop --ref feature', 'your own repository'],
    ['npm start -- --once --yes', 'no questions, ends with the run'],
  ]);
}

async function start(cli: Cli, subject: string | undefined, options: StartOptions): Promise<number> {
  const { terminal } = cli;
  const { json = false } = options;
  const once = options.once || json || !terminal.interactive;
  const agree = agreementOf(cli, subject, options);
  const input = {
    ...options.set,
    repository: subject ?? (await cli.composition.sample()),
    ...(options.ref === undefined ? {} : { ref: options.ref }),
    // The sample is a part of this program.
    ...(options.trust || subject === undefined ? { trusted: true } : {}),
    ...(agree === undefined ? {} : { approvedBy: agree }),
    requestedBy: personName(cli.env),
  };
  const prepared = await preparePipeline(input, cli.composition);

  const session = await cli.composition.open();
  try {
    const run = await startPipeline(session.client, prepared);
    const link = linkTo({ uiUrl: session.uiUrl, namespace: session.client.options.namespace }, run);
    terminal.note(`${run.joined ? 'going on with' : 'started'} ${run.workflowId}${link ? `\n${link}` : ''}`);
    await session.serve();
    const gateway = once ? undefined : await session.listen({ fallback: true });
    const code = await stayWith({ cli, session, run, json, onInterrupt: 'leave', mayServe: true, agree });
    if (cli.interrupted.aborted) return interruptedExit;
    if (once) return code;
    terminal.print(
      `\nStill up${session.uiUrl ? ` (Web UI ${session.uiUrl}${gateway ? `, gateway ${gateway.url}` : ''})` : ''}: try \`mainstay runs\` in another terminal. Ctrl-C ends.`,
    );
    await untilInterrupted(cli, session);
    return code;
  } finally {
    await session.close();
  }
}

/** Who agrees to approvals. Where nobody can be asked, having started the sample is the agreement; a repository of one's own waits. */
function agreementOf(cli: Cli, subject: string | undefined, { yes }: StartOptions): string | undefined {
  if (yes) return personName(cli.env);
  return subject === undefined && !cli.terminal.interactive ? `${personName(cli.env)} (started the sample without a terminal)` : undefined;
}
