import type { Coder } from '../developContracts.ts';
import type { CoderDeps } from './deps.ts';
import { createChangeScanner } from './scanning.ts';
import { stepTaker } from './steps.ts';
import { createWarmBoxes } from './warmBoxes.ts';

/** Writes code: a template's or a program's in one go, a model's step by step. Every step is a commit; what runs does so in a warm box without network. */
export function createCoder(deps: CoderDeps): Pick<Coder, 'takeStep' | 'closeTask'> {
  const boxes = createWarmBoxes(deps);
  return {
    takeStep: stepTaker(deps, boxes, createChangeScanner(deps)),
    closeTask: ({ site }) => boxes.close(site),
  };
}
