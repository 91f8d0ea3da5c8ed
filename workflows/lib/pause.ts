import { condition, getExternalWorkflowHandle, log, setHandler } from '@temporalio/workflow';
import { pauseUpdate, resumeUpdate, workPausedSignal } from '../messages.ts';

export type PauseSwitch = {
  readonly paused: boolean;
  /** Waits while the run is paused. */
  whenResumed(): Promise<void>;
  /** Runs a child that hears of pauses too. */
  through<T>(workflowId: string, child: () => Promise<T>): Promise<T>;
};

/** `pause` and `resume`, honoured between steps: a flow asks before it starts something new, and its children hear of it by signal. */
export function pauseSwitch(): PauseSwitch {
  const held = { paused: false };
  const children = new Set<string>();
  const tell = (workflowId: string) => {
    // A child that has just ended hears nothing, and need not.
    const told = getExternalWorkflowHandle(workflowId).signal(workPausedSignal, { paused: held.paused });
    told.catch((error: unknown) => log.debug('a child was not told', { error }));
  };
  const turn = (paused: boolean) => {
    held.paused = paused;
    children.forEach(tell);
  };
  setHandler(pauseUpdate, () => turn(true));
  setHandler(resumeUpdate, () => turn(false));
  setHandler(workPausedSignal, ({ paused }) => turn(paused));

  return {
    get paused() {
      return held.paused;
    },
    async whenResumed() {
      if (held.paused) await condition(() => !held.paused);
    },
    async through(workflowId, child) {
      children.add(workflowId);
      try {
        return await child();
      } finally {
        children.delete(workflowId);
      }
    },
  };
}
