import { ChildWorkflowCancellationType, executeChild, ParentClosePolicy, workflowInfo } from '@temporalio/workflow';
import type { DebugFailureRequest, DebugFailureResult } from '../../schemas/debugFailure.ts';
import { failure } from '../../schemas/failures.ts';
import { debugFailureId, taskQueues } from '../../schemas/names.ts';
import type { BranchTodo } from '../../schemas/todoList.ts';
import type { debugFailure } from '../debugFailure.ts';
import { askForBudget } from './askForBudget.ts';
import { noUsage } from '../../schemas/usage.ts';
import { type BuildContext, enter, questionOf, siteOf } from './buildContext.ts';
import { note } from './buildWork.ts';

/** Opens debug branches beside a task until its tests pass. What a branch cannot repair goes to a person, whose instruction opens the next. */
export async function debugUntilFixed(context: BuildContext, id: string): Promise<void> {
  const { book, request } = context;
  if (request.maxDebugAttempts === 0) throw failure('ChangeRefused', book.record(id).proof?.verdict ?? 'the tests fail');
  let instruction: string | undefined;
  for (let number = 1, part = 1; ; part++) {
    const todo = branchTodo(context, id, number, instruction);
    await enter(context, id, 'debugging');
    const result = await debug(context, id, { todo, part });
    take(context, id, todo, result);
    if (result.outcome === 'fixed') return;
    if (result.outcome === 'budget') {
      await askForBudget(context, id);
      continue;
    }
    instruction = await askPerson(context, id, { todo, result });
    number += 1;
    part = 0;
  }
}

/** The todo of a debug branch, in the published shape (requirement V4). */
function branchTodo({ book, request }: BuildContext, id: string, number: number, instruction?: string): BranchTodo {
  const { proof, title } = book.record(id);
  const failing = proof?.failures.map(({ name, message }) => `- ${name}: ${message}`) ?? [];
  return {
    id: `${id}_branch_${String(number).padStart(2, '0')}`,
    parent_id: id,
    title: `Repair: ${title}`,
    agent_role: 'debugger',
    branch_reason: proof?.verdict ?? 'the acceptance tests fail',
    debug_instructions: [
      ...(instruction === undefined ? [] : [`A person says: ${instruction}`]),
      `Make the acceptance tests of ${id} pass without touching them.`,
      ...failing,
    ].join('\n'),
    is_temporary: true,
    max_debug_attempts: request.maxDebugAttempts,
  };
}

async function debug(context: BuildContext, id: string, { todo, part }: { todo: BranchTodo; part: number }): Promise<DebugFailureResult> {
  const { book, plan, request, account, control } = context;
  const { base, change, contract, tests, proof } = book.record(id);
  if (!base || !change || !contract || !tests || !proof) throw failure('InvalidInput', `${id} was not proved yet`);
  const { testTimeout, commandTimeout, heartbeatTimeout, workerWait, modelWait } = request;
  // Its share of what is left; what it did not use comes back.
  const share = account.lend(request.maxParallel);
  const budget: DebugFailureRequest['budget'] = {
    steps: Math.max(1, share.steps),
    tokens: Math.max(1, share.tokens),
    minutes: Math.max(share.minutes, Number.MIN_VALUE),
    ...(share.usd === undefined ? {} : { usd: Math.max(share.usd, Number.MIN_VALUE) }),
  };
  const settled = { done: false };
  try {
    const workflowId = `${debugFailureId(workflowInfo().workflowId, todo.id)}${part > 1 ? `/${part}` : ''}`;
    const child = () =>
      executeChild<typeof debugFailure>('debugFailure', {
        workflowId,
        taskQueue: taskQueues.orchestration,
        args: [
          {
            site: siteOf(context, id),
            mind: plan.mind,
            todo: book.todo(id),
            branch: todo,
            base,
            change,
            contract,
            tests,
            proof,
            budget,
            testTimeout,
            commandTimeout,
            heartbeatTimeout,
            workerWait,
            modelWait,
          },
        ],
        cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        // A worker that is gone is missed as soon as in the run itself.
        workflowTaskTimeout: workflowInfo().taskTimeoutMs,
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        staticSummary: todo.id,
      });
    const result = await control.through(workflowId, child);
    settled.done = true;
    account.settle(share, result.usage, result.workedMs);
    note(context, id, result.usage, result.workedMs);
    return result;
  } finally {
    if (!settled.done) account.settle(share, noUsage, 0);
  }
}

function take({ book, state }: BuildContext, id: string, todo: BranchTodo, result: DebugFailureResult): void {
  const { base, change, contract, tests, proof, attempts } = result;
  const { debug: before } = book.record(id);
  const same = before.find((entry) => entry.todo.id === todo.id);
  const entry = { todo, attempts: [...(same?.attempts ?? []), ...attempts] };
  book.change(id, { base, change, contract, tests, proof, debug: [...before.filter((other) => other !== same), entry] });
  state.checkpoint(`${todo.id} ${result.outcome}`);
}

type Escalation = { todo: BranchTodo; result: DebugFailureResult };

/** A person's instruction; `ChangeRefused` when they give the task up or do not answer in time. */
async function askPerson(context: BuildContext, id: string, { todo, result }: Escalation): Promise<string> {
  const { book, gate } = context;
  await enter(context, id, 'escalated');
  book.change(id, { reason: result.reason });
  const question = questionOf(context, {
    subject: `escalation-${id}`,
    title: `${todo.id} needs a person: ${result.reason}`,
    effects: [
      'approve with a comment: it is the instruction for the next debug branch',
      'reject: the task is given up',
      ...result.attempts.map(({ number, class: kind, route, reason }) => `attempt ${number}: ${kind} → ${route}: ${reason}`),
    ],
  });
  const outcome = await gate.ask({ ...question, onTimeout: 'reject', once: true });
  if (outcome.granted) return outcome.comment ?? 'try once more';
  const who = outcome.expired ? 'nobody answered in time' : `given up by ${outcome.by}${outcome.comment ? `: ${outcome.comment}` : ''}`;
  throw failure('ChangeRefused', `${result.reason}; ${who}`);
}
