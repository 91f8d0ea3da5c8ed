import type { Command } from 'commander';
import ms from 'ms';
import { ResourceId } from '../../../schemas/locks.ts';
import type { LockView } from '../../../schemas/locks.ts';
import { failure, failureType } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { holderName } from '../../../workflows/lib/lockWords.ts';
import { breakLock, getLock, listLocks } from '../../locks.ts';
import { type Cli, type Session, withSession } from '../context.ts';
import { withExamples } from '../examples.ts';
import { personName } from '../person.ts';
import { table } from '../table.ts';

type BreakOptions = { reason: string; id?: string; as?: string; json?: boolean };

/** `mainstay locks` and `mainstay locks break`. */
export function addLocks(program: Command, cli: Cli): void {
  const locks = program
    .command('locks [resource]')
    .description('list who holds and who waits for locked resources')
    .option('--json', 'print JSON')
    .action(async (resource: string | undefined, { json }: { json?: boolean }) => {
      const named = resource === undefined ? undefined : resourceId(resource);
      const views = await withSession(cli, (session) =>
        served(session, async () => (named === undefined ? await listLocks(session.client) : [await getLock(session.client, named)])),
      );
      if (json) return cli.terminal.json(named === undefined ? views : views[0]);
      const lines = lockTable(views, Date.now());
      if (lines.length === 1) return cli.terminal.note(named === undefined ? 'nothing is locked' : `${plainLine(named)} is free`);
      for (const line of lines) cli.terminal.print(line);
      if (named !== undefined) for (const line of eventLines(views)) cli.terminal.print(line);
    });
  withExamples(locks, [
    ['mainstay locks', 'everything that is locked'],
    ['mainstay locks env:production', 'one resource, with what happened to it lately'],
    ['mainstay locks --json | jq -r ".[].resource"', 'for programs'],
  ]);
  const broken = locks
    .command('break <resource>')
    .description('take a lock from its holder, who is told and stops')
    .requiredOption('--reason <text>', 'why; it stands in the record and reaches the holder')
    .option('--id <id>', 'only this holder of a shared lock')
    .option('--as <name>', 'in whose name (default: MAINSTAY_USER, else your account)')
    .option('--json', 'print one JSON object')
    .action(async (resource: string, { reason, id, as, json: own }: BreakOptions) => {
      const order = { resource: resourceId(resource), reason, id, by: as ?? personName(cli.env) };
      const answer = await withSession(cli, (session) => served(session, () => breakLock(session.client, order)));
      // The option stands on both commands; the outer one takes it when it comes first.
      if (own || locks.opts<{ json?: boolean }>().json) return cli.terminal.json({ resource, ...answer });
      if (answer.broken.length === 0) return cli.terminal.note(`nobody held ${plainLine(resource)}`);
      for (const one of answer.broken) cli.terminal.print(`${plainLine(resource)} was taken from ${plainLine(one)}`);
    });
  withExamples(broken, [
    ['mainstay locks break env:production --reason "Kim deploys by hand"', 'from whoever holds it'],
    ['mainstay locks break repo:acme/shop --id ID --reason "stuck"', 'from one of several that share it'],
  ]);
}

function resourceId(text: string): string {
  const { success, data, error } = ResourceId.safeParse(text);
  if (!success) throw failure('InvalidInput', `${plainLine(text)} is no resource: ${error.issues[0]?.message}`);
  return data;
}

/** With the embedded server, this process answers for the locks when no other does. */
async function served<T>(session: Session, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!session.embedded || failureType(error) !== 'EngineUnavailable') throw error;
    await session.serve({ agents: [] });
    return await work();
  }
}

/** Holders and waiters as aligned lines under a head. */
function lockTable(views: readonly LockView[], now: number): string[] {
  const age = (since: string) => ms(Math.max(now - Date.parse(since), 0));
  const rows = views.flatMap(({ resource, holders, waiters }) => [
    ...holders.map(({ holder, mode, since, purpose, id }) => [resource, 'holds', mode, holderName(holder), age(since), purpose ?? '', id]),
    ...waiters.map(({ holder, mode, since, purpose, id }, index) => [
      resource,
      `waits (${index + 1})`,
      mode,
      holderName(holder),
      age(since),
      purpose ?? '',
      id,
    ]),
  ]);
  return table(
    ['RESOURCE', 'STATE', 'MODE', 'WHO', 'FOR', 'PURPOSE', 'ID'],
    rows.map((row) => row.map((cell) => plainLine(cell))),
  );
}

function eventLines(views: readonly LockView[]): string[] {
  return views
    .flatMap(({ events }) => events.slice(-10))
    .map(({ at, event, holder, token, reason }) =>
      plainLine(`${at}  ${event}  ${holderName(holder)}  token ${token}${reason ? `  ${reason}` : ''}`),
    );
}
