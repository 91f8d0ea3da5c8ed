import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { type Observation, observeRun, untilOver } from '../../observe.ts';
import { isOver, type RunView } from '../../view.ts';
import type { Renderer } from './renderer.ts';

// Often enough to look alive, rare enough to cost the server nothing.
const lookEveryMs = 400;
// A worker that is there answers far sooner.
const unservedAfterMs = 6000;

export type Following = {
  client: Client;
  run: { workflowId: string; runId: string };
  renderer: Renderer;
  /** Ends the watch, not the run. */
  signal: AbortSignal;
  /** Called after each look, before the next one. */
  onLook?: (observation: Observation) => Promise<void>;
  /** Called once when no worker seems to serve the run or one of its stages; `queue` says whom it waits for. */
  onUnserved?: (missing: string) => Promise<void>;
};

/** Watches a run to its end and answers its last view; ends early, with the view at that time, when `signal` aborts. */
export async function followRun({ client, run, renderer, signal, onLook, onUnserved }: Following): Promise<RunView> {
  const over = { now: false };
  const end = untilOver(client, run, signal)
    .catch(() => undefined)
    .finally(() => {
      over.now = true;
    });
  const waiting = unservedWatch(onUnserved);
  let seen: RunView | undefined;
  for (;;) {
    const ending = over.now;
    const observation = carried(seen, await observeRun(client, run));
    seen = observation.view;
    renderer.update(observation.view);
    if (isOver(observation.view.status) || signal.aborted || ending) return observation.view;
    await waiting(observation);
    await onLook?.(observation);
    await Promise.race([end, sleep(lookEveryMs)]);
  }
}

// The state that holds errors is no longer asked once the result is there.
function carried(seen: RunView | undefined, { view, steps }: Observation): Observation {
  if (!seen || !isOver(view.status)) return { view, steps };
  return { view: { ...view, errors: view.errors.length > 0 ? view.errors : seen.errors }, steps };
}

function unservedWatch(onUnserved: Following['onUnserved']): (observation: Observation) => Promise<void> {
  const state: { missing?: string; since: number; told: Set<string> } = { since: 0, told: new Set() };
  return async ({ view, steps }) => {
    const missing = missingPart(view, steps);
    if (missing !== state.missing) Object.assign(state, { missing, since: Date.now() });
    if (missing === undefined || state.told.has(missing) || Date.now() - state.since < unservedAfterMs) return;
    state.told.add(missing);
    await onUnserved?.(missing);
  };
}

function missingPart(view: RunView, steps: Observation['steps']): string | undefined {
  if (!view.answered) return 'the flow';
  const waiting = steps.find((step) => !step.started && step.attempt === 1);
  return waiting && `the step ${waiting.activity}`;
}
