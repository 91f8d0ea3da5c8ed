import { randomBytes } from 'node:crypto';
import ms, { type StringValue } from 'ms';
import { failure } from '../../schemas/failures.ts';
import { plainLine } from '../../schemas/plainText.ts';
import { withDependencies } from '../lib/install/environment.ts';
import type { Progress } from '../lib/heartbeats.ts';
import type { BoxResult } from '../sandbox/box.ts';
import { type Listing, listedAlone, readListing, thenListed } from './listing.ts';
import type { WarmBox } from './openBox.ts';
import { listingKeeper, outputKeeper } from './printedOutput.ts';

const listWithinMs = ms('1 minute');

/** How a command ended, what it printed, and what is in the working tree after it; `listing` is undefined when there is too much in it. */
export type Ran = { ending: string; seconds: number; output: string; listing: Listing | undefined };

/** Runs a shell line at the root of the box's working tree and looks at the tree before and after. */
export async function runIn(
  warm: WarmBox,
  order: { command: string; timeout: string; progress: Progress },
): Promise<Ran & { before: Listing }> {
  const earlier = warm.listing;
  warm.at = undefined;
  warm.listing = undefined;

  const [mark, first] = [newMark(), earlier === undefined ? newMark() : undefined];
  const kept = outputKeeper(mark);
  const early = first === undefined ? undefined : listingKeeper(first);
  warm.listen = (chunk) => {
    const said = early?.take(chunk) ?? chunk;
    kept.take(said);
    if (!kept.isListing()) order.progress(said);
  };
  const command = withDependencies(order.command, { root: warm.box.root, project: warm.project });
  const result = await warm.box.run({
    command: ['sh', '-c', thenListed(mark, first), 'sh', typeof command === 'string' ? command : command.join(' ')],
    env: warm.env,
    timeoutMs: ms(order.timeout as StringValue),
  });
  const before = earlier ?? readListing(early?.text ?? '', first ?? '').listing;
  if (before === undefined) throw failure('SandboxFailed', 'the working tree in the sandbox could not be listed');
  const { exitCode, listing } = readListing(kept.listing(), mark);
  return {
    before,
    ending: ending({ ...result, exitCode: exitCode ?? result.exitCode }, order.timeout),
    seconds: result.durationMs / 1000,
    output: kept.shown(),
    listing: (exitCode === undefined && result.endedBy !== undefined) || listing === undefined ? await list(warm) : listing,
  };
}

/** What is in the working tree now; undefined when it is too much. */
export async function list(warm: WarmBox): Promise<Listing | undefined> {
  const mark = newMark();
  const kept = outputKeeper(mark);
  warm.listen = (chunk) => kept.take(chunk);
  await warm.box.run({ command: listedAlone(mark), timeoutMs: listWithinMs });
  return readListing(kept.listing(), mark).listing;
}

/** Nobody can guess it, so that a command's output is not taken for our own. */
function newMark(): string {
  return `mainstay-${randomBytes(12).toString('hex')}`;
}

function ending({ endedBy, exitCode }: Pick<BoxResult, 'endedBy' | 'exitCode'>, timeout: string): string {
  if (endedBy === 'timeout') return `ended, it ran longer than ${timeout}`;
  if (endedBy === 'memory') return 'ended, it used more memory than allowed';
  if (endedBy === 'output') return 'ended, it printed more than allowed';
  if (endedBy === 'signal') return 'ended by a signal';
  return `exit ${exitCode ?? 'unknown'}`;
}

/** A command on one line. */
export function commandLine(command: string): string {
  return plainLine(command, 80);
}
