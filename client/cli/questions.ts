import { setTimeout as sleep } from 'node:timers/promises';
import type { ApprovalRequest, Decision } from '../../schemas/approvals.ts';
import { failureMessage } from '../../schemas/failures.ts';
import { type Observation, observeRun } from '../observe.ts';
import { questionKind } from '../questions.ts';
import { decide } from '../steer.ts';
import { grantBudget } from '../steerBuild.ts';
import type { RunView } from '../view.ts';
import type { Cli, Session } from './context.ts';
import { personName } from './person.ts';
import { type Answer, askPerson } from './progress/ask.ts';
import type { Renderer } from './progress/renderer.ts';

export type Asked = {
  cli: Cli;
  session: Session;
  run: { workflowId: string; runId: string };
  json: boolean;
  /** Who agrees in advance to everything that can be agreed to (`--yes`). */
  agree?: string;
};

/** What answers a run's questions: the person's agreement in advance, the person in the terminal, or nobody here. */
export function answerQuestions(asked: Asked, renderer: Renderer): ((observation: Observation) => Promise<void>) | undefined {
  const { cli, session, json, agree } = asked;
  const done = new Set<string>();
  const ask = json || !cli.terminal.interactive ? undefined : questioner(asked, renderer);
  if (agree === undefined && ask === undefined) return undefined;

  return async ({ view }) => {
    const request = view.requests.find(({ id }) => !done.has(id));
    if (!request) return;
    done.add(request.id);
    try {
      const agreed = agree === undefined || needsWords(view, request) ? undefined : agreement(request, agree);
      await give(session, view, agreed ?? (await ask?.(request, view)));
    } catch (error) {
      // Refused: decided meanwhile by somebody else. The next look shows how.
      renderer.line(failureMessage(error));
    }
  };
}

// Nobody can agree in advance to an instruction that is not written yet, nor to any number of budgets.
function needsWords(view: RunView, request: ApprovalRequest): boolean {
  const kind = questionKind(view, request);
  return kind === 'escalation' || kind === 'budget';
}

function agreement({ id, digest }: ApprovalRequest, by: string): Answer {
  const decision: Decision = { request: id, digest, verdict: 'approve', by, comment: 'agreed in advance' };
  return { decision };
}

async function give(session: Session, view: RunView, answer: Answer | undefined): Promise<void> {
  if (answer && 'decision' in answer) await decide(session.client, view, answer.decision);
  if (answer && 'grant' in answer) await grantBudget(session.client, view, answer.grant);
}

/** Asks in the terminal; the question disappears when somebody else decides meanwhile. */
function questioner({ cli, session, run }: Asked, renderer: Renderer) {
  return async (request: ApprovalRequest, view: RunView): Promise<Answer | undefined> => {
    renderer.rest();
    const elsewhere = new AbortController();
    const watching = untilDecided(session, run, request.id, elsewhere);
    try {
      return await askPerson({
        request,
        view,
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

async function untilDecided(session: Session, run: Asked['run'], request: string, decided: AbortController): Promise<void> {
  while (!decided.signal.aborted) {
    await sleep(1000, undefined, { signal: decided.signal }).catch(() => undefined);
    if (decided.signal.aborted) return;
    const { view } = await observeRun(session.client, run);
    if (view.answered && !view.awaiting.includes(request)) decided.abort();
  }
}
