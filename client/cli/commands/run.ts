import { type Command, Option } from 'commander';
import { isolationKinds } from '../../../schemas/nouns.ts';
import { preparePipeline, startPipeline } from '../../runPipeline.ts';
import { type Cli, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';
import { addRunDeploy } from './runDeploy.ts';
import { addRunDevelop } from './runDevelop.ts';
import { launch } from '../launch.ts';
import { given } from '../given.ts';
import { personName } from '../person.ts';
import { collectSetting, commaList } from '../settings.ts';

type RunOptions = {
  ref?: string;
  base?: string;
  set?: Record<string, unknown>;
  stages?: string[];
  isolation?: string;
  trust?: boolean;
  yes?: boolean;
  detach?: boolean;
  reuse: boolean;
  json?: boolean;
};

/** `mainstay run <flow>`: starts a flow and stays with it. */
export function addRun(program: Command, cli: Cli): void {
  const run = program.command('run').description('start a flow and watch it');
  const pipeline = run
    .command('pipeline [subject]')
    .description('run the pipeline of a repository: a path (default: this folder), a file:// or an https:// URL')
    .option('-r, --ref <ref>', 'branch, tag or commit (default: HEAD)')
    .option('--base <ref>', 'what changes are compared with (default: where the branch left the main one)')
    .option('-s, --stages <names>', 'only these stages and what they need', commaList)
    .option('--set <key=value>', 'any other input, for example isolation=process', collectSetting)
    .addOption(new Option('--isolation <kind>', 'how the repository’s code is kept apart').choices(['auto', ...isolationKinds]))
    .option('--trust', 'you vouch for the code: it may run as a plain process when nothing better is there')
    .option('-y, --yes', 'agree to every approval of this run in advance')
    .option('--no-reuse', 'do all work again, even where a kept result fits')
    .option('-d, --detach', 'start it and return')
    .option('--json', 'print one JSON object at the end')
    .action(async (subject: string | undefined, options: RunOptions) => {
      cli.outcome.code = await runPipeline(cli, subject ?? cli.cwd, options);
    });
  withExamples(pipeline, [
    ['mainstay run pipeline', 'the repository in this folder, at HEAD'],
    ['mainstay run pipeline ../shop --ref feature --yes', 'another folder, a branch, approvals granted'],
    ['mainstay run pipeline https://github.com/acme/shop', 'a repository on a host'],
    ['mainstay run pipeline --stages lint,test', 'only these stages'],
    ['mainstay run pipeline --set decideWithin="2 hours" --json', 'an input, and the result as JSON'],
  ]);
  addRunDeploy(run, cli);
  addRunDevelop(run, cli);
}

async function runPipeline(cli: Cli, repository: string, options: RunOptions): Promise<number> {
  const { json = false, detach = false } = options;
  const person = personName(cli.env);
  const input = {
    ...options.set,
    repository,
    ...given({ ref: options.ref, base: options.base, stages: options.stages, isolation: options.isolation }),
    ...(options.trust ? { trusted: true } : {}),
    ...(options.reuse ? {} : { reuse: false }),
    ...(options.yes ? { approvedBy: person } : {}),
    requestedBy: person,
  };
  const prepared = await preparePipeline(input, cli.composition);
  return await withSession(cli, async (session) => {
    const started = await startPipeline(session.client, prepared);
    if (started.joined) cli.terminal.note(`this commit has a live run already: joined ${started.workflowId}`);
    return await launch({ cli, session, started, detach, json, onInterrupt: 'cancel', agree: options.yes ? person : undefined });
  });
}
