import { setHandler } from '@temporalio/workflow';
import { pauseUpdate, resumeUpdate } from '../messages.ts';

/** `pause` and `resume`, honoured between steps: a flow asks `paused` before it starts something new. */
export function pauseSwitch(): { readonly paused: boolean } {
  const held = { paused: false };
  setHandler(pauseUpdate, () => {
    held.paused = true;
  });
  setHandler(resumeUpdate, () => {
    held.paused = false;
  });
  return held;
}
