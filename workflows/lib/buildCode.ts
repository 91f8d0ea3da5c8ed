import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { LoopMemory } from '../../schemas/solveTask.ts';
import { failure } from '../../schemas/failures.ts';
import { askForBudget } from './askForBudget.ts';
import { type BuildContext, siteOf } from './buildContext.ts';
import { note } from './buildWork.ts';
import { writeCode } from './code.ts';
import { developAgents } from './developAgents.ts';

type Writing = { step: string; instruction?: string };

/** Code for a task, by its mind or, where somebody hands a result in, from outside. A loop that runs out of budget goes on when there is more. */
export async function codeUntilDone(context: BuildContext, id: string, writing: Writing): Promise<void> {
  const { submitted } = context;
  const scope = new CancellationScope();
  const stop = onSubmission(context, id, () => scope.cancel());
  try {
    if (!submitted.has(id)) await scope.run(() => byMind(context, id, writing));
  } catch (error) {
    // Ended in favour of what somebody handed in; anything else is a real end.
    if (!isCancellation(error) || !submitted.has(id) || !scope.consideredCancelled) throw error;
  } finally {
    stop();
  }
  if (submitted.has(id)) await adopt(context, id);
}

async function byMind(context: BuildContext, id: string, { step, instruction }: Writing): Promise<void> {
  const { book, plan, request, account, control } = context;
  const { contract, tests, base } = book.record(id);
  if (!contract || !tests || !base) throw failure('InvalidInput', `${id} has no contract and tests yet`);
  const site = siteOf(context, id);
  const todo = book.todo(id);
  const { mind } = plan;
  const coding = {
    request,
    account,
    control,
    slots: request.maxParallel,
    parked: (parkedUntil?: string) => book.change(id, { parkedUntil }),
  };

  for (let part = 1, resume: LoopMemory | undefined, start = base; ; part++) {
    await askForBudget(context, id);
    const wish = { site, todo, mind, role: 'coder' as const, contract, tests, start, instruction, step: `${step}/code-${part}`, resume };
    const coded = await writeCode(coding, wish);
    note(context, id, coded.usage, coded.workedMs);
    book.change(id, { change: coded.change });
    if (coded.outcome !== 'budget') return;
    resume = coded.memory;
    start = coded.change;
  }
}

/** Takes a branch or commit of the repository as the task's code, with the open tests beside it. */
async function adopt(context: BuildContext, id: string): Promise<void> {
  const { submitted, book, request } = context;
  const ref = submitted.get(id) ?? '';
  submitted.delete(id);
  const { ground, publisher } = developAgents(request);
  const { base } = book.record(id);
  if (!base) throw failure('InvalidInput', `${id} has no tests yet`);
  const site = siteOf(context, id);
  const adopted = await ground.adoptRef({ site, ref });
  const merge = { site, into: base, change: adopted, title: `Take ${ref} for ${id}`, at: new Date().toISOString() };
  const answer = await publisher.mergeChange(merge);
  if ('conflicts' in answer) {
    throw failure(
      'ChangeRefused',
      `${ref} does not merge with the task's start and its tests (${answer.conflicts.slice(0, 5).join(', ')}): rebase it`,
    );
  }
  book.change(id, { change: answer.merged });
}

/** Watches for a result from outside; answers how to stop watching. */
function onSubmission({ listeners }: BuildContext, id: string, act: () => void): () => void {
  listeners.set(id, act);
  return () => listeners.delete(id);
}
