import { isOver, type RunView } from '../view.ts';
import { cancelRun } from '../steer.ts';
import type { Cli, Session } from './context.ts';
import { interruptedExit } from './reportError.ts';
import { linkTo } from '../../schemas/webUi.ts';
import { evidenceOf } from './evidence.ts';
import { featureSummary } from './featureSummary.ts';
import { followRun } from './progress/follow.ts';
import { rendererFor, type Renderer } from './progress/renderer.ts';
import { answerQuestions, type Asked } from './questions.ts';
import { exitCodeOf, runSummary } from './summary.ts';

export type Foreground = Asked & {
  /** What the first Ctrl-C means: `cancel` the run and wait for its clean-up, or only `leave` it. */
  onInterrupt: 'cancel' | 'leave';
  /** May this process serve the run when nobody else does? */
  mayServe: boolean;
};

/** Shows a run until it ends, asks for its approvals where a person is there, prints the summary; answers the exit code. */
export async function stayWith(stay: Foreground): Promise<number> {
  const { cli, session, run, json, onInterrupt, mayServe } = stay;
  const { terminal, interrupted } = cli;
  const renderer = rendererFor(terminal, { json });
  const questions = answerQuestions(stay, renderer);
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
      const goesOn = mayServe && view.feature ? 'the run is kept; `mainstay up` lets it go on' : 'the run goes on';
      renderer.line(`left; ${goesOn}: mainstay watch ${view.shortId}`);
      return interruptedExit;
    }
    renderer.line('cancelling the run and waiting for its clean-up; Ctrl-C again leaves at once');
    await cancelRun(session.client, view);
    view = await follow(new AbortController().signal);
  }
  renderer.rest();
  await tell(cli, session, view, json);
  return interrupted.aborted ? interruptedExit : exitCodeOf(view);
}

/** Prints a run: as one JSON value, or as the summary with its link. */
export async function tell(cli: Cli, session: Session, view: RunView, json: boolean): Promise<void> {
  const { terminal } = cli;
  const link = linkTo({ uiUrl: session.uiUrl, namespace: session.client.options.namespace }, view);
  if (json) return terminal.json({ ...view, link });
  if (isOver(view.status)) {
    terminal.print('');
    for (const line of await summaryOf(cli, view)) terminal.print(line);
  }
  terminal.print(link ?? view.workflowId);
}

async function summaryOf(cli: Cli, view: RunView): Promise<string[]> {
  const { colours } = cli.terminal;
  return view.feature ? featureSummary(view, await evidenceOf(cli, view), colours) : runSummary(view, colours);
}

async function unserved({ session, renderer, mayServe }: { session: Session; renderer: Renderer; mayServe: boolean }, missing: string) {
  if (mayServe) {
    renderer.line(`no worker takes ${missing}; this process serves it`);
    return await session.serve();
  }
  renderer.line(`no worker takes ${missing}; start one: mainstay worker (this waits meanwhile)`);
}
