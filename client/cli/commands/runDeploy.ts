import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import { failure } from '../../../schemas/failures.ts';
import { pullRunId } from '../../../schemas/names.ts';
import { PullRequest } from '../../../schemas/github.ts';
import type { PullRequestPlace } from '../../../schemas/starts.ts';
import { stateQuery } from '../../../workflows/messages.ts';
import { tellPullRequest } from '../../deployPullRequest.ts';
import { isServed } from '../../served.ts';
import { type Cli, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';
import { stayWith } from '../foreground.ts';

type DeployOptions = { detach?: boolean; json?: boolean };

/** `mainstay run deploy OWNER/REPO#NUMBER`: what a webhook would start for a pull request, and the run of its head. */
export function addRunDeploy(run: Command, cli: Cli): void {
  const command = run
    .command('deploy <pull-request>')
    .description('review, run and release a pull request, as its webhook would: owner/repo#number')
    .option('-d, --detach', 'start it and return')
    .option('--json', 'print one JSON object at the end')
    .action(async (subject: string, options: DeployOptions) => {
      cli.outcome.code = await runDeploy(cli, parsePlace(subject), options);
    });
  withExamples(command, [
    ['mainstay run deploy acme/shop#7', 'and stay with the run of its head'],
    ['mainstay run deploy acme/shop#7 --detach', 'start it and return'],
  ]);
}

async function runDeploy(cli: Cli, place: PullRequestPlace, { detach = false, json = false }: DeployOptions): Promise<number> {
  return await withSession(cli, async (session) => {
    if (session.embedded && cli.composition.config().services.github === undefined) {
      throw failure('NotConfigured', 'GitHub is not configured: set MAINSTAY_GITHUB_TOKEN, or MAINSTAY_GITHUB_APP_ID and its private key');
    }
    const message = { signal: 'pullRequestChanged', value: { delivery: `cli/${Date.now()}`, event: 'asked at the command line' } } as const;
    const { workflowId } = await tellPullRequest(session.client, { place, message, start: 'reopened' });
    if (detach) {
      if (json) cli.terminal.json({ workflowId });
      else cli.terminal.print(workflowId);
      return 0;
    }
    cli.terminal.note(`told ${workflowId}`);
    if (session.embedded && !(await isServed(session.client))) await session.serve();
    const found = await headRun(session.client, workflowId, cli.interrupted);
    if (typeof found !== 'string')
      return await stayWith({ cli, session, run: found, json, onInterrupt: 'leave', mayServe: session.embedded });
    cli.terminal.note(found);
    return 0;
  });
}

function parsePlace(subject: string): PullRequestPlace {
  const [, owner, repo, number] = /^([A-Za-z0-9-]+)\/([A-Za-z0-9._-]+)#([1-9]\d{0,8})$/.exec(subject) ?? [];
  if (owner === undefined || repo === undefined || number === undefined) {
    throw failure(
      'InvalidInput',
      `pull-request: ${subject} is not owner/repo#number, for example acme/shop#7 (quote it: # begins a comment)`,
    );
  }
  return { owner, repo, number: Number(number) };
}

const lookEveryMs = 300;

/** The run of the pull request's head once it is there; a text when there will be none. */
async function headRun(client: Client, entity: string, interrupted: AbortSignal): Promise<{ workflowId: string; runId: string } | string> {
  const handle = client.workflow.getHandle(entity);
  for (;;) {
    const { phase, partial_results: known } = await handle.query(stateQuery);
    const head = PullRequest.safeParse(known['pull_request']).data;
    if (head && (phase === 'closed' || phase === 'merged')) return `${entity} is ${phase}`;
    if (head?.draft && phase === 'waiting' && known['handled'] === null) return `${entity} is a draft: it runs when it is ready for review`;
    if (head && (phase === 'running' || phase === 'waiting')) {
      const run = client.workflow.getHandle(pullRunId(head));
      const described = await run.describe().catch(() => undefined);
      if (described) return { workflowId: described.workflowId, runId: described.runId };
    }
    if ((await handle.describe()).status.name === 'FAILED') await handle.result();
    await sleep(lookEveryMs, undefined, { signal: interrupted });
  }
}
