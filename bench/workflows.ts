import { condition, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';

const { noOp } = proxyActivities<{ noOp(): Promise<void> }>({ startToCloseTimeout: '1 minute' });

/** A bare flow: `steps` activities that do nothing, one after the other. */
export async function bareSteps(steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) await noOp();
}

/** A bare entity: it counts its updates, and answers how many there were. */
export async function bareEntity(): Promise<void> {
  let touches = 0;
  setHandler(defineUpdate<number>('touch'), () => ++touches);
  await condition(() => false);
}
