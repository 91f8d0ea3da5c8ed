import { ChildWorkflowCancellationType, executeChild, ParentClosePolicy, workflowInfo } from '@temporalio/workflow';
import type { BriefOrder } from '../../activities/developContracts.ts';
import type { Change, Mind, Usage } from '../../schemas/mind.ts';
import { solveTaskId, taskQueues } from '../../schemas/names.ts';
import type { LoopMemory } from '../../schemas/solveTask.ts';
import type { solveTask } from '../solveTask.ts';
import type { Patience } from './agents.ts';
import type { BudgetAccount } from './budget.ts';
import { noUsage } from '../../schemas/usage.ts';
import { developAgents } from './developAgents.ts';
import type { PauseSwitch } from './pause.ts';
import { effectKey } from './stageTask.ts';
import { think } from './think.ts';

/** What coding needs of the run around it. */
export type Coding = {
  request: Patience & { commandTimeout: string; modelWait: string };
  account: BudgetAccount;
  control: PauseSwitch;
  /** Loops that may run side by side. */
  slots: number;
  parked: (until?: string) => void;
};

export type CodeWish = BriefOrder & {
  mind: Mind;
  role: 'coder' | 'debugger';
  /** Unique in the run: which writing of which task this is. */
  step: string;
  /** Where an earlier loop of the same work ran out of budget. */
  resume?: LoopMemory;
};

export type Coded = {
  outcome: 'done' | 'budget' | 'stuck';
  change: Change;
  summary: string;
  usage: Usage;
  workedMs: number;
  memory?: LoopMemory;
};

/** Lets the task's mind write code: a template or a coding program in one go, a model in a loop of steps. What it used is on the account. */
export async function writeCode(coding: Coding, wish: CodeWish): Promise<Coded> {
  const { account, slots } = coding;
  const share = account.lend(slots);
  const started = Date.now();
  const settled = { done: false };
  const settle = (usage: Usage, workedMs: number) => {
    settled.done = true;
    account.settle(share, usage, workedMs);
  };
  try {
    if (wish.mind.kind === 'model') return await loop(coding, wish, share, settle);

    const { coder } = developAgents(coding.request, `${share.minutes} minutes`);
    const { step, resume: _resume, ...order } = wish;
    const ask = () =>
      coder.writeCode({ ...order, limits: share, commandTimeout: coding.request.commandTimeout, key: effectKey(`${step}/code`) });
    const rested = { ms: 0 };
    const parked = (until?: string, restedMs = 0) => {
      rested.ms += restedMs;
      coding.parked(until);
    };
    const { value, usage } = await think(ask, { parked, within: coding.request.modelWait });
    const workedMs = Date.now() - started - rested.ms;
    settle(usage, workedMs);
    return { outcome: 'done', ...value, usage, workedMs };
  } finally {
    // Cancelled or broken: what it used is not known, its share is free again.
    if (!settled.done) account.settle(share, noUsage, Date.now() - started);
  }
}

async function loop(
  { request, control }: Coding,
  wish: CodeWish,
  limits: ReturnType<BudgetAccount['lend']>,
  settle: (usage: Usage, workedMs: number) => void,
): Promise<Coded> {
  const { site, role, start, step, resume } = wish;
  const { coder } = developAgents(request);
  const { brief, protected: guarded } = await coder.briefTask(wish);
  const { commandTimeout, heartbeatTimeout, workerWait, modelWait } = request;
  const workflowId = solveTaskId(workflowInfo().workflowId, step);
  const child = () =>
    executeChild<typeof solveTask>('solveTask', {
      workflowId,
      taskQueue: taskQueues.orchestration,
      args: [
        {
          site,
          role,
          start,
          brief,
          protected: guarded,
          limits,
          commandTimeout,
          heartbeatTimeout,
          workerWait,
          modelWait,
          ...(resume ? { resume } : {}),
        },
      ],
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      // A worker that is gone is missed as soon as in the run itself.
      workflowTaskTimeout: workflowInfo().taskTimeoutMs,
      // The same step of a run that was started again is a new loop.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `${role} of ${site.taskId}`,
    });
  const result = await control.through(workflowId, child);
  settle(result.usage, result.workedMs);
  return result;
}
