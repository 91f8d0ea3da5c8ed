import type { Command } from 'commander';
import { findRun } from '../../findRun.ts';
import { observeRun } from '../../observe.ts';
import { decide } from '../../steer.ts';
import { waitingRequests } from '../../waiting.ts';
import { failure } from '../../../schemas/failures.ts';
import { nearest } from '../../../schemas/nearest.ts';
import type { Decision } from '../../../schemas/approvals.ts';
import { type Cli, type Session, withSession } from '../context.ts';
import type { DecisionTaken } from '../../../workflows/messages.ts';
import { withExamples } from '../examples.ts';
import { personName } from '../person.ts';
import { requestLines } from '../progress/requests.ts';
import { plainLine } from '../../../schemas/plainText.ts';

type DecisionOptions = { request?: string; comment?: string; as?: string; json?: boolean };

/** `mainstay approvals`, `approve`, `reject`. */
export function addDecisions(program: Command, cli: Cli): void {
  const approvals = program
    .command('approvals')
    .description('list what waits for a person')
    .option('--json', 'print a JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const waiting = await withSession(cli, ({ client }) => waitingRequests(client));
      if (json) return cli.terminal.json(waiting);
      if (waiting.length === 0) return cli.terminal.note('nothing waits for a decision');
      for (const { shortId, workflowId, request } of waiting) {
        const [first, ...others] = requestLines(request);
        cli.terminal.print(`${shortId}  ${first}  (${workflowId})`);
        for (const line of others) cli.terminal.print(line);
      }
    });
  withExamples(approvals, [
    ['mainstay approvals', 'every request, with what it would do'],
    ['mainstay approvals --json', 'for programs'],
  ]);
  addVerdict(program, cli, 'approve');
  addVerdict(program, cli, 'reject');
}

function addVerdict(program: Command, cli: Cli, verdict: Decision['verdict']): void {
  const command = program
    .command(`${verdict} <id>`)
    .description(verdict === 'approve' ? 'agree to what a run asks' : 'refuse what a run asks')
    .option('--request <request>', 'which request, when several wait')
    .option('-c, --comment <text>', 'stands beside the decision in the record')
    .option('--as <name>', 'in whose name (default: MAINSTAY_USER, else your account)')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: DecisionOptions) => {
      const answer = await withSession(cli, (session) => giveVerdict(cli, session, { id, verdict, ...options }));
      if (options.json) return cli.terminal.json(answer);
      cli.terminal.print(plainLine(verdictLine(verdict, answer), 1000));
    });
  withExamples(command, [
    [`mainstay ${verdict} last`, 'the newest run'],
    [`mainstay ${verdict} 9f3c2e1 --request deploy/1 -c "seen with Kim"`, 'one request of a run, with a comment'],
  ]);
}

async function giveVerdict(cli: Cli, session: Session, order: DecisionOptions & { id: string; verdict: Decision['verdict'] }) {
  const run = await findRun(session.client, order.id);
  // Without its worker the run cannot take the decision; an embedded one is served for that moment.
  if (session.embedded && !(await observeRun(session.client, run)).view.answered) await session.serve({ agents: [] });
  const { view } = await observeRun(session.client, run);
  const request = chooseRequest(view.requests, order.request);
  const taken = await decide(session.client, view, {
    request: request?.id ?? order.request,
    digest: request?.digest,
    verdict: order.verdict,
    by: `cli:${order.as ?? personName(cli.env)}`,
    comment: order.comment,
  });
  return { workflowId: run.workflowId, runId: run.runId, request: request?.id ?? order.request ?? '', ...taken };
}

function verdictLine(verdict: Decision['verdict'], { request, granted, waitsFor }: DecisionTaken & { request: string }): string {
  if (verdict === 'reject') return `${request} rejected`;
  return granted ? `${request} approved` : `${request}: your approval counts; it goes on waiting for ${waitsFor ?? 'others'}`;
}

function chooseRequest<Request extends { id: string }>(requests: readonly Request[], wanted: string | undefined): Request | undefined {
  const ids = requests.map(({ id }) => id);
  if (wanted === undefined) {
    if (requests.length > 1) throw failure('InvalidInput', `several requests wait: ${ids.join(', ')}; name one with --request`);
    return requests[0];
  }
  const chosen = requests.find(({ id }) => id === wanted || id.startsWith(`${wanted}/`));
  if (!chosen && requests.length > 0) throw failure('DecisionRefused', `no request ${wanted} waits${nearest(wanted, ids)}`);
  return chosen;
}
