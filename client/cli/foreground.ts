import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalRequest, Decision } from '../../schemas/approvals.ts';
import { failureMessage } from '../../schemas/failures.ts';
import { isOver, type RunView } from '../view.ts';
import { type Observation, observeRun } from '../observe.ts';
import { cancelRun, decide } from '../steer.ts';
import type { Cli, Session } from './context.ts';
import { interruptedExit } from './reportError.ts';
import { linkTo } from '../../schemas/webUi.ts';
import { personName } from './person.ts';
import { askDecision } from './progress/ask.ts';
import { followRun } from './progress/follow.ts';
import { rendererFor, type Renderer } from './progress/renderer.ts';
import { exitCodeOf, runSummary } from './summary.ts';

export type Foreground = {
  cli: Cli;
  session: Session;
  run: { workflowId: string; runId: string };
  json: boolean;
  /** What the first Ctrl-C means: `cancel` the run and wait for its clean-up, or only `leave` it. */
  onInterrupt: 'cancel' | 'leave';
  /** May this process serve the run when nobody else does? */
  mayServe: boolean;
  /** Who agrees to every approval, also of a run that was there before (`--yes`). */
  agree?: string;
};

/** Shows a run until it ends, asks for its approvals where a person is there, prints the summary; answers the exit code. */
export async function stayWith(stay: Foreground): Promise<number> {
  const { cli, session, run, json, onInterrupt, mayServe } = stay;
  const { terminal, interrupted } = cli;
  const renderer = rendererFor(terminal, { json });
  const questions = decider(stay, renderer);
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
  if (isOver(view.status)) {
    terminal.print('');
    for (const line of runSummary(view, terminal.colours)) terminal.print(line);
  }
  terminal.print(link ?? view.workflowId);
}

async function unserved({ session, renderer, mayServe }: { session: Session; renderer: Renderer; mayServe: boolean }, missing: string) {
  if (mayServe) {
    renderer.line(`no worker takes ${missing}; this process serves it`);
    return await session.serve();
  }
  renderer.line(`no worker takes ${missing}; start one: mainstay worker (this waits meanwhile)`);
}

/** What answers the run's questions: the person's agreement in advance, the person in the terminal, or nobody here. */
function decider(stay: Foreground, renderer: Renderer): ((observation: Observation) => Promise<void>) | undefined {
  const { cli, session, json, agree } = stay;
  const done = new Set<string>();
  const ask = json || !cli.terminal.interactive ? undefined : questioner(stay, renderer);
  if (agree === undefined && ask === undefined) return undefined;

  return async ({ view }) => {
    const request = view.requests.find(({ id }) => !done.has(id));
    if (!request) return;
    done.add(request.id);
    try {
      const decision = agree === undefined ? await ask?.(request) : agreement(request, agree);
      if (decision) await decide(session.client, view, decision);
    } catch (error) {
      // Refused: decided meanwhile by somebody else. The next look shows how.
      renderer.line(failureMessage(error));
    }
  };
}

function agreement({ id, digest }: ApprovalRequest, by: string): Decision {
  return { request: id, digest, verdict: 'approve', by, comment: 'agreed in advance' };
}

/** Asks in the terminal; the question disappears when somebody else decides meanwhile. */
function questioner({ cli, session, run }: Foreground, renderer: Renderer) {
  return async (request: ApprovalRequest): Promise<Decision | undefined> => {
    renderer.rest();
    const elsewhere = new AbortController();
    const watching = untilDecided(session, run, request.id, elsewhere);
    try {
      return await askDecision({
        request,
        by: personName(cli.env),
        signal: AbortSignal.any([elsewhere.signal, cli.interrupted]),
        interrupt: cli.interrupt,
      });
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
