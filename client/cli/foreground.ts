import { setTimeout as sleep } from 'node:timers/promises';
import { failureMessage } from '../../schemas/failures.ts';
import { isOver, type RunView } from '../view.ts';
import { type Observation, observeRun } from '../observe.ts';
import { cancelRun, decide } from '../steer.ts';
import type { Cli, Session } from './context.ts';
import { interruptedExit } from './reportError.ts';
import { linkTo } from './link.ts';
import { personName } from './person.ts';
import { askDecision } from './progress/ask.ts';
import { followRun } from './progress/follow.ts';
import { rendererFor, type Renderer } from './progress/renderer.ts';
import { exitCodeOf, summaryLines } from './summary.ts';

export type Foreground = {
  cli: Cli;
  session: Session;
  run: { workflowId: string; runId: string };
  json: boolean;
  /** What the first Ctrl-C means: `cancel` the run and wait for its clean-up, or only `leave` it. */
  onInterrupt: 'cancel' | 'leave';
  /** May this process serve the run when nobody else does? */
  mayServe: boolean;
};

/** Shows a run until it ends, asks for its approvals where a person is there, prints the summary; answers the exit code. */
export async function stayWith({ cli, session, run, json, onInterrupt, mayServe }: Foreground): Promise<number> {
  const { terminal, interrupted } = cli;
  const renderer = rendererFor(terminal, { json });
  const questions = json || !terminal.interactive ? undefined : questioner({ cli, session, run, renderer });
  const follow = (signal: AbortSignal) =>
    followRun({
      client: session.client,
      run,
      renderer,
      signal,
      onLook: questions,
      onUnserved: (missing) => unserved({ session, renderer, mayServe }, missing),
    });

  let view = await follow(interrupted);
  if (interrupted.aborted && !isOver(view.status)) {
    if (onInterrupt === 'leave') {
      renderer.line(`left; the run goes on: mainstay watch ${view.shortId}`);
      return interruptedExit;
    }
    renderer.line('cancelling the run and waiting for its clean-up; Ctrl-C again leaves at once');
    await cancelRun(session.client, view);
    view = await follow(new AbortController().signal);
  }
  renderer.rest();
  tell(cli, session, view, json);
  return interrupted.aborted ? interruptedExit : exitCodeOf(view);
}

/** Prints a run: as one JSON value, or as the summary with its link. */
export function tell({ terminal }: Cli, session: Session, view: RunView, json: boolean): void {
  const link = linkTo({ uiUrl: session.uiUrl, namespace: session.client.options.namespace }, view);
  if (json) return terminal.json({ ...view, link });
  terminal.print('');
  for (const line of summaryLines(view, Date.now())) terminal.print(line);
  terminal.print(link ?? view.workflowId);
}

async function unserved({ session, renderer, mayServe }: { session: Session; renderer: Renderer; mayServe: boolean }, missing: string) {
  if (mayServe) {
    renderer.line(`no worker takes ${missing}; this process serves it`);
    return await session.serve();
  }
  renderer.line(`no worker takes ${missing}; start one: mainstay worker (this waits meanwhile)`);
}

function questioner({ cli, session, run, renderer }: { cli: Cli; session: Session; run: Foreground['run']; renderer: Renderer }) {
  const postponed = new Set<string>();
  return async ({ view }: Observation): Promise<void> => {
    const request = view.requests.find(({ id }) => !postponed.has(id));
    if (!request) return;
    renderer.rest();
    const elsewhere = new AbortController();
    const watching = untilDecided(session, run, request.id, elsewhere);
    try {
      const decision = await askDecision(request, personName(cli.env), AbortSignal.any([elsewhere.signal, cli.interrupted]));
      if (decision) await decide(session.client, view, decision);
      else postponed.add(request.id);
    } catch (error) {
      // Refused: decided meanwhile by somebody else. The next look shows how.
      renderer.line(failureMessage(error));
    } finally {
      elsewhere.abort();
      await watching;
    }
  };
}

async function untilDecided(session: Session, run: Foreground['run'], request: string, decided: AbortController): Promise<void> {
  while (!decided.signal.aborted) {
    await sleep(1000, undefined, { signal: decided.signal }).catch(() => undefined);
    if (decided.signal.aborted) return;
    const { view } = await observeRun(session.client, run);
    if (view.answered && !view.awaiting.includes(request)) decided.abort();
  }
}
