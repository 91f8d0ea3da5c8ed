import { isCancellation } from '@temporalio/workflow';
import { failure, failureMessage } from '../../schemas/failures.ts';
import { type BuildContext, enter, questionOf, siteOf } from './buildContext.ts';
import { codeUntilDone } from './buildCode.ts';
import { debugUntilFixed } from './buildDebug.ts';
import { mergeTask, publish } from './buildMerge.ts';
import { prove } from './buildProof.ts';
import { thinkFor } from './buildWork.ts';
import { developAgents } from './developAgents.ts';
import { effectKey } from './stageTask.ts';

// Work that conflicts with what was accepted meanwhile is done again on top of it; more than twice means that the plan is wrong.
const mostConflicts = 2;

/** Takes one task from its turn to its end and writes every step into its record. Throws only when cancelled. */
export async function buildTask(context: BuildContext, id: string): Promise<void> {
  const { book, state } = context;
  book.change(id, { startedAt: now() });
  try {
    for (let round = 1, instruction: string | undefined; ; round++) {
      await makeAndProve(context, id, { round, instruction });
      await agreement(context, id);
      const conflict = await mergeTask(context, id);
      if (conflict === undefined) break;
      if (round > mostConflicts) throw failure('ChangeRefused', conflict);
      state.error(id, failure('ChangeRefused', conflict));
      instruction = conflict;
    }
    book.change(id, { phase: 'accepted', endedAt: now() });
    state.checkpoint(`${id} accepted`);
  } catch (error) {
    const cancelled = isCancellation(error);
    book.change(id, {
      phase: cancelled ? 'cancelled' : 'failed',
      reason: cancelled ? 'the run was cancelled' : failureMessage(error),
      endedAt: now(),
    });
    if (cancelled) throw error;
    state.error(id, error);
    // What there is can be looked at.
    await publish(context, id).catch((refused: unknown) => state.error(id, refused));
  }
}

type Round = { round: number; instruction?: string };

/** Contract, tests, code and proof, from the work that was accepted so far. */
async function makeAndProve(context: BuildContext, id: string, { round, instruction }: Round): Promise<void> {
  const { book, plan, request } = context;
  const { architect, tester } = developAgents(request);
  const site = siteOf(context, id);
  const { mind } = plan;
  const todo = book.todo(id);
  const start = book.head;
  const named = (step: string) => effectKey(`${id}/${round}/${step}`);

  await enter(context, id, 'designing');
  const design = { site, mind, todo, start, instruction, key: named('contract') };
  const { contract } = await thinkFor(context, id, () => architect.designContract(design));
  book.change(id, { contract });

  await enter(context, id, 'writingTests');
  const writing = { site, mind, todo, start, contract, key: named('tests') };
  const { tests, change: base } = await thinkFor(context, id, () => tester.writeTests(writing));
  book.change(id, { tests, base, change: base });

  await enter(context, id, 'coding');
  await codeUntilDone(context, id, { step: `${id}/${round}`, instruction });

  await enter(context, id, 'testing');
  const proof = await prove(context, id, base);
  if (!proof.accepted) await debugUntilFixed(context, id);
}

/** With autonomy `manual` a person sees each finished task before it is merged. */
async function agreement(context: BuildContext, id: string): Promise<void> {
  const { request, book, gate } = context;
  if (request.autonomy !== 'manual') return;
  await enter(context, id, 'awaitingApproval');
  const { title, proof, change } = book.record(id);
  const effects = [`merge ${title}`, `tree ${change?.tree}`, proof?.verdict ?? ''];
  const question = questionOf(context, { subject: `task-${id}`, title: `${id}: ${title}`, effects });
  const outcome = await gate.ask({ ...question, agreedBy: request.approvedBy });
  if (outcome.granted) return;
  if (outcome.expired) throw failure('ApprovalExpired', `nobody decided about ${id} in time (decideWithin)`);
  throw failure('ApprovalDenied', `${id} was rejected by ${outcome.by}${outcome.comment ? `: ${outcome.comment}` : ''}`);
}

function now(): string {
  return new Date().toISOString();
}
