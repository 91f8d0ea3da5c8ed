import type { Coder } from '../developContracts.ts';
import { taskBriefer } from './briefing.ts';
import type { CoderDeps } from './deps.ts';
import { createChangeScanner } from './scanning.ts';
import { stepTaker } from './steps.ts';
import { createWarmBoxes } from './warmBoxes.ts';

/** Writes code: a template's or a program's in one go, a model's step by step. Every step is a commit; what runs does so in a warm box without network. */
export function createCoder(deps: CoderDeps): Omit<Coder, 'writeCode'> {
  const boxes = createWarmBoxes(deps);
  return {
    briefTask: taskBriefer(deps),
    takeStep: stepTaker(deps, boxes, createChangeScanner(deps)),
    closeTask: ({ site }) => boxes.close(site),
  };
}
