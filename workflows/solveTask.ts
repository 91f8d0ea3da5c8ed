import { CancellationScope, continueAsNew } from '@temporalio/workflow';
import type { SolveTaskRequest, SolveTaskResult } from '../schemas/solveTask.ts';
import { developAgents } from './lib/developAgents.ts';
import { isHistoryLong } from './lib/longHistory.ts';
import { AgentLoop } from './lib/agentLoop.ts';
import { pauseSwitch } from './lib/pause.ts';
import { tellRun } from './lib/progress.ts';
import { think } from './lib/think.ts';

/** One agent works on one task, step by step: the model says what to do, the coder does it and commits, until it is done or a limit is reached. */
export async function solveTask(request: SolveTaskRequest): Promise<SolveTaskResult> {
  const { site, role, brief, modelWait } = request;
  const { model, coder } = developAgents(request, request.commandTimeout);
  const control = pauseSwitch();
  const loop = new AgentLoop(request);
  const parked = (until?: string, restedMs = 0) => {
    loop.rested(restedMs);
    tellRun(site, loop.headline, until);
  };

  try {
    for (;;) {
      await control.whenResumed();
      const ending = loop.ending;
      if (ending) return loop.ended(ending);
      if (isHistoryLong()) await continueAsNew<typeof solveTask>({ ...request, ...loop.resume });

      const thought = await loop.timed(() =>
        think(() => model.nextStep({ site, role, brief, ...loop.question }), { parked, within: modelWait }),
      );
      const { value: next } = thought;
      loop.heard(thought);
      if (next.kind === 'done') return loop.ended('done', next.summary);

      const taken = await loop.timed(() => coder.takeStep({ ...loop.step(next.step), site, role, commandTimeout: request.commandTimeout }));
      loop.took(taken);
      if (loop.isTold) tellRun(site, taken.headline);
    }
  } finally {
    // The warm sandbox goes with the loop; a worker that is gone has none.
    await CancellationScope.nonCancellable(() => coder.closeTask({ site }));
  }
}
