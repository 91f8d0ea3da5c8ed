import { CancellationScope, condition, isCancellation, setHandler } from '@temporalio/workflow';
import type { SubmittedResult } from '../../schemas/buildFeature.ts';
import { failure } from '../../schemas/failures.ts';
import { nearest } from '../../schemas/nearest.ts';
import { grantBudgetUpdate, replanTaskUpdate, submitTaskResultUpdate } from '../messages.ts';
import { type BuildContext, siteOf } from './buildContext.ts';
import { buildTask } from './buildTask.ts';
import { thinkFor } from './buildWork.ts';
import { checkGrant, checkReplan, checkSubmission } from './handedIn.ts';
import { developAgents } from './developAgents.ts';
import { effectKey } from './stageTask.ts';

type Live = Map<string, { scope: CancellationScope; ended: Promise<void> }>;

/** Works on every task when its turn has come, side by side where dependencies allow, until all have ended. Takes what people hand in meanwhile. */
export async function walkTasks(context: BuildContext): Promise<void> {
  const { book, control, request } = context;
  const live: Live = new Map();
  const replans = takeMessages(context, live);

  try {
    while (!book.finished || replans.open > 0) {
      const seen = book.revision;
      for (const { id, reason } of book.unreachable()) book.change(id, { phase: 'skipped', reason, endedAt: new Date().toISOString() });
      if (!control.paused && replans.open === 0) {
        for (const id of book.ready().slice(0, request.maxParallel - live.size)) launch(context, live, id);
      }
      const mayStart = () => !control.paused && replans.open === 0 && live.size < request.maxParallel && book.ready().length > 0;
      await condition(() => book.revision !== seen || mayStart());
    }
  } finally {
    await Promise.all([...live.values()].map(({ ended }) => ended));
  }
}

function launch(context: BuildContext, live: Live, id: string): void {
  // Leaves `pending` at once, so that the next look does not start it again.
  context.book.change(id, { phase: 'designing' });
  const scope = new CancellationScope();
  const ended = scope
    .run(() => buildTask(context, id))
    .catch((error: unknown) => {
      if (!isCancellation(error)) throw error;
    })
    .finally(() => {
      live.delete(id);
      context.book.revision += 1;
    });
  live.set(id, { scope, ended });
}

function takeMessages(context: BuildContext, live: Live): { open: number } {
  const { book, account, submitted, listeners } = context;
  const replans = { open: 0, count: 0 };

  setHandler(grantBudgetUpdate, (grant) => account.grant(grant), { validator: checkGrant });

  setHandler(
    submitTaskResultUpdate,
    ({ task_id, ref }) => {
      submitted.set(task_id, ref);
      listeners.get(task_id)?.();
      return { task_id, taken: true };
    },
    {
      validator(given: SubmittedResult) {
        checkSubmission(given);
        const { phase } = openTask(context, given.task_id);
        // From the proof on the task's own code is judged; a later result would change what is judged under way.
        if (!['pending', 'designing', 'writingTests', 'coding', 'outOfBudget'].includes(phase))
          throw failure('DecisionRefused', `${given.task_id} is ${phase}: its code is there already; reject it or replan the task first`);
      },
    },
  );

  setHandler(
    replanTaskUpdate,
    async ({ task_id: id, instruction }) => {
      replans.open += 1;
      replans.count += 1;
      const number = replans.count;
      try {
        const running = live.get(id);
        running?.scope.cancel();
        await running?.ended;
        book.change(id, { phase: 'designing', reason: 'the planner writes it anew' });
        const { planner } = developAgents(context.request);
        const { mind, todoList } = context.plan;
        const order = {
          site: siteOf(context, id),
          mind,
          todoList,
          todo: book.todo(id),
          instruction,
          key: effectKey(`${id}/replan-${number}`),
        };
        book.replan(await thinkFor(context, id, () => planner.replanTask(order)));
        return { task_id: id };
      } catch (error) {
        book.change(id, { phase: 'failed', reason: 'it could not be planned anew', endedAt: new Date().toISOString() });
        throw error;
      } finally {
        replans.open -= 1;
        book.revision += 1;
      }
    },
    {
      validator(given: { task_id: string; instruction: string }) {
        if (context.plan.mind.kind === 'template')
          throw failure('DecisionRefused', 'a template plans its tasks by rule: start a build with other words, or with a model');
        checkReplan(given);
        openTask(context, given.task_id);
      },
    },
  );
  return replans;
}

function openTask({ book }: BuildContext, id: string) {
  if (typeof id !== 'string' || !book.has(id)) {
    throw failure(
      'DecisionRefused',
      `no task ${id}${nearest(
        id,
        book.records.map((record) => record.id),
      )}`,
    );
  }
  const record = book.record(id);
  if (book.ended(id)) throw failure('DecisionRefused', `${id} has ended: it is ${record.phase}`);
  return record;
}
