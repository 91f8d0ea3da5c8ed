import { setTimeout as pause } from 'node:timers/promises';
import type { StopReason } from '@agentclientprotocol/sdk';
import { failure, failureMessage, failureType } from '../../../schemas/failures.ts';
import type { Usage } from '../../../schemas/mind.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { keySetting } from '../model/provider.ts';
import type { Proxy } from './proxy/proxy.ts';
import type { Provider } from './proxy/routes.ts';
import type { Trouble } from './proxy/upstream.ts';
import type { Relay } from './relay/relay.ts';

export type Ends = {
  title: string;
  session: Promise<StopReason>;
  relay: Relay;
  proxy: Proxy;
  /** Aborted when a limit is reached or the run is called off; with the trouble as its reason when the model is busy for long. */
  stop: AbortSignal;
  /** Milliseconds to stop by itself. */
  graceMs: number;
  signal: AbortSignal;
  setting: { provider: Provider };
};

/** Milliseconds between the last word of a program that dies and its death. */
const deathMs = 1_000;

type End = { kind: 'said'; reason: StopReason } | { kind: 'failed'; error: unknown } | { kind: 'dead' | 'late' };

/** What a run has cost so far. Failures carry it too, as it is paid for either way. */
export function usageOf(proxy: Proxy): Usage {
  const { requests, inputTokens, outputTokens, usd } = proxy.use();
  return { steps: requests, inputTokens, outputTokens, usd };
}

/**
 * How a run ended. `done`: the program says so. `budget`: a limit was reached. `parked`: its model is busy and can be asked again after `forMs`
 * milliseconds. Whatever it is, the work so far is in the box.
 */
export type Outcome = { outcome: 'done' | 'budget' } | { outcome: 'parked'; forMs: number; reason: string };

/** Waits for the first of a run's ends, and says what it means: an outcome, or the failure that tells whose fault it was. */
export async function endOf(run: Ends): Promise<Outcome> {
  const over = new AbortController();
  const said = run.session.then(
    (reason): End => ({ kind: 'said', reason }),
    (error: unknown): End => ({ kind: 'failed', error }),
  );
  const dead = run.relay.exited.then((): End => ({ kind: 'dead' }));
  // Its last words may still be on their way when a program ends.
  const end = await Promise.race([said, dead.then(async (end) => await Promise.race([said, pause(100, end)])), late(run, over.signal)]);
  over.abort();

  run.signal.throwIfAborted();
  if (run.stop.aborted) return parkedBy(run, run.stop.reason as Partial<Trouble>) ?? { outcome: 'budget' };
  const { trouble } = run.proxy.use();
  if (end.kind === 'said' && (end.reason === 'end_turn' || end.reason === 'cancelled') && trouble === undefined) return { outcome: 'done' };
  if (end.kind === 'said' && (end.reason === 'max_tokens' || end.reason === 'max_turn_requests')) return { outcome: 'budget' };
  const parked = parkedBy(run, trouble);
  if (parked) return parked;
  if (trouble) throw troubleOf(run, trouble);
  if (end.kind === 'said' && end.reason === 'refusal') {
    throw failure('ModelFailed', `${run.title} refused the task: say it in other words, or let another mind write the code`);
  }
  throw await deathOf(run, end);
}

function parkedBy({ title }: Ends, { parkForMs, status }: Partial<Trouble> = {}): Outcome | undefined {
  return parkForMs === undefined
    ? undefined
    : { outcome: 'parked', forMs: parkForMs, reason: `the model of ${title} asks to wait (${status})` };
}

/** What stops counts as stopped after the grace, whether it listens or not. */
async function late({ stop, signal, graceMs }: Ends, over: AbortSignal): Promise<End> {
  if (!stop.aborted) {
    await new Promise<void>((resolve) => {
      stop.addEventListener('abort', () => resolve(), { once: true });
      over.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  if (!over.aborted && !signal.aborted) await pause(graceMs, undefined, { signal: over }).catch(() => undefined);
  return { kind: 'late' };
}

function troubleOf(run: Ends, { status, retryAfterMs, noCredit }: Trouble): Error {
  const model = `the model of ${run.title}`;
  const details = { status, ...usageOf(run.proxy) };
  if (status === 401 || status === 403) {
    return failure('ServiceRefused', `${model} refuses the key (${status}): check ${keySetting[run.setting.provider]}`, details);
  }
  if (status === 404 || status === 400) {
    return failure('ServiceRefused', `${model} refuses the request (${status}): check MODEL_NAME and MAINSTAY_MODEL_URL`, details);
  }
  if (noCredit) {
    const account = `the account behind ${keySetting[run.setting.provider]} has no credit left`;
    return failure('ServiceRefused', `${model} refuses the request (${status}): ${account}`, details);
  }
  return failure('ServiceUnavailable', `${model} is away (${status}): it is tried again`, details, undefined, retryAfterMs);
}

async function deathOf(run: Ends, end: End): Promise<unknown> {
  const { title, relay } = run;
  const error = end.kind === 'failed' ? end.error : undefined;
  const details = usageOf(run.proxy);
  if (failureType(error) !== undefined) return failure('ModelFailed', failureMessage(error), details, error);
  // A connection that is closed is most often the first sign of a death; who lives on after it is killed.
  const ended = await Promise.race([relay.exited, pause(deathMs, undefined)]);
  relay.kill();
  const { exitCode, endedBy, broken } = ended ?? (await relay.exited);
  if (broken) return broken;
  const last = plainLine(relay.stderr().split('\n').filter(Boolean).slice(-3).join(' | '), 400);
  const heard = last === '' ? '' : `; its last words: ${last}`;
  if (endedBy === 'memory') {
    return failure('ModelFailed', `${title} needs more memory than the sandbox gives${heard}: raise MAINSTAY_MEMORY`, details);
  }
  if (endedBy === 'output') {
    return failure('ModelFailed', `${title} flooded its error output and was ended${heard}: try another version of it`, details);
  }
  // The relay tells the program's exit code; without it the relay or its box was ended under the program.
  if (ended && exitCode === null)
    return failure('SandboxFailed', `the sandbox of ${title} ended under it${heard}: it is tried again`, details);
  const said = plainLine(error instanceof Error ? error.message : 'without a word', 300);
  const how = ended ? `ended before it was done (exit code ${exitCode}${heard})` : `gave up (${said}${heard})`;
  return failure('ModelFailed', `${title} ${how}: see the run's log, and check its version and MODEL_NAME`, details, error);
}
