import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { BuildFeatureRequest } from '../../../schemas/buildFeature.ts';
import { failure } from '../../../schemas/failures.ts';
import { codingPrograms } from '../../../schemas/mind.ts';
import { developAgents } from '../../../schemas/names.ts';
import { isolationKinds } from '../../../schemas/nouns.ts';
import { prepareBuild, preparePlannedBuild, startBuild } from '../../buildFeature.ts';
import { findRun } from '../../findRun.ts';
import { preparePlan, startPlan } from '../../planFeature.ts';
import type { Joined } from '../../startOrJoin.ts';
import { type Cli, type Session, withSession } from '../context.ts';
import { buildInput, type DevelopOptions, planInput } from '../developInput.ts';
import { withExamples } from '../examples.ts';
import { launch } from '../launch.ts';
import { parseLimits } from '../limits.ts';
import { personName } from '../person.ts';
import { collectFeatureSetting } from '../settings.ts';

const { autonomy, mind } = BuildFeatureRequest.shape;
const planned = ['todo', 'repo', 'ref', 'mind', 'program'];

/** `mainstay run develop "…"`: plans, asks, builds task by task with proof, and ends with a branch. */
export function addRunDevelop(run: Command, cli: Cli): void {
  const command = run
    .command('develop [words...]')
    .description('build what the words say: plan, contract, tests, code and proof, task by task; - reads the words from standard input')
    .option('--repo <path-or-url>', 'work on this repository (. is this folder; default: a new one)')
    .option('-r, --ref <ref>', 'branch, tag or commit to begin at (default: HEAD)')
    .addOption(
      new Option('--autonomy <level>', 'who is asked: nobody; about the plan (the default); about each task, too').choices(
        autonomy.unwrap().options,
      ),
    )
    .addOption(
      new Option('--mind <kind>', 'who thinks (default: the template that understands the words, else the model)').choices(
        mind.unwrap().options,
      ),
    )
    .addOption(new Option('--program <name>', 'the coding program that codes; implies --mind program').choices(codingPrograms))
    .option('--budget <limits>', 'most that it may use: steps=300,tokens=2M,usd=5,minutes=60', parseLimits)
    .addOption(new Option('--plan-only', 'make the plan and nothing else').conflicts(['todo', 'plan', 'autonomy', 'budget', 'isolation']))
    .option('--todo <file>', 'build this plan, as --plan-only made it and you corrected it')
    .addOption(new Option('--plan <id>', 'build a plan that was made before').conflicts(planned))
    .addOption(new Option('--isolation <kind>', 'how generated code is kept apart').choices(['auto', ...isolationKinds]))
    .option('--trust', 'you vouch for the code: it may run as a plain process when nothing better is there')
    .option('-y, --yes', 'agree to the plan, and to each task, in advance')
    .option('-d, --detach', 'start it and return')
    .option('--json', 'print one JSON object at the end')
    .option('--set <key=value>', 'any other input, for example maxDebugAttempts=5', collectFeatureSetting)
    .action(async (words: string[], options: DevelopOptions) => {
      cli.outcome.code = await runDevelop(cli, words, options);
    });
  withExamples(command, [
    ['mainstay run develop "Buy when RSI(14) < 30, stop loss 2 %, take profit 5 %"', 'by a template, in a new repository'],
    ['mainstay run develop "Retry failed requests three times" --repo .', 'in this folder, by the model of MODEL_NAME'],
    ['mainstay run develop - --repo ../shop --yes < request.txt', 'words from a file, nobody is asked'],
    ['mainstay run develop "…" --repo . --budget usd=2,minutes=30', 'never more than that'],
    ['mainstay run develop "…" --plan-only', 'the plan, which --plan or --todo builds'],
  ]);
}

async function runDevelop(cli: Cli, words: readonly string[], options: DevelopOptions): Promise<number> {
  const { json = false, detach = false, yes } = options;
  const start = await starter(cli, words, options);
  return await withSession(cli, async (session) => {
    const started = await start(session);
    if (started.joined) cli.terminal.note(`the same work has a live run already: joined ${started.workflowId}`);
    const needed = ['source', ...developAgents] as const;
    // Paid work is not thrown away by a key: `mainstay cancel` ends it.
    return await launch({
      cli,
      session,
      started,
      detach,
      json,
      needed,
      onInterrupt: 'leave',
      agree: yes ? personName(cli.env) : undefined,
    });
  });
}

/** Everything that can be wrong in the input is found before a server is looked for. */
async function starter(cli: Cli, words: readonly string[], options: DevelopOptions): Promise<(session: Session) => Promise<Joined>> {
  const { credentials } = cli.composition;
  const { services, home } = cli.composition.config();
  const github = { credentials, cloneUrl: services.github?.cloneUrl };
  const { plan } = options;
  if (plan !== undefined) {
    if (words.length > 0) throw failure('InvalidInput', '--plan: the plan says already what to build; leave the words out');
    const input = buildInput(cli, options);
    return async ({ client }) => {
      const { workflowId } = await findRun(client, plan);
      return await startBuild(client, await preparePlannedBuild(client, { ...input, todo_list_id: workflowId }, github));
    };
  }
  const asked = await planInput(cli, words, options);
  if (asked.repository === undefined)
    cli.terminal.note(`a new repository is made under ${join(home, 'projects')}; --repo . works on this folder instead`);
  if (options.planOnly) {
    const prepared = await preparePlan(asked, { credentials });
    return async ({ client }) => await startPlan(client, prepared);
  }
  const prepared = await prepareBuild({ ...asked, ...buildInput(cli, options) }, github);
  return async ({ client }) => await startBuild(client, prepared);
}
