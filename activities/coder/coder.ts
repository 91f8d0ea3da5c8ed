import type { Coder } from '../developContracts.ts';
import type { ProgramRunner } from '../lib/programs/program.ts';
import { taskBriefer } from './briefing.ts';
import type { CoderDeps } from './deps.ts';
import { createChangeScanner } from './scanning.ts';
import { stepTaker } from './steps.ts';
import { createWarmBoxes } from './warmBoxes.ts';
import { codeWriter } from './writing.ts';

/**
 * Writes code: a template's or a program's in one go, a model's step by step. Every step is a commit; what runs does so in a warm box without
 * network. Without `runProgram` a coding program fails with `NotConfigured`.
 */
export function createCoder({ runProgram, ...deps }: CoderDeps & { runProgram?: ProgramRunner }): Coder {
  const boxes = createWarmBoxes(deps);
  const scanner = createChangeScanner(deps);
  return {
    writeCode: codeWriter({ deps, boxes, scanner, runProgram }),
    briefTask: taskBriefer(deps),
    takeStep: stepTaker(deps, boxes, scanner),
    closeTask: ({ site }) => boxes.close(site),
  };
}
