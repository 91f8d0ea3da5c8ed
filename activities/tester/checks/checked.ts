import type { BuildStep } from '../../../schemas/buildReport.ts';
import type { StageResult } from '../../../schemas/stage.ts';
import type { ChangeRefusal } from '../../../schemas/testReport.ts';

/** What one check of a change came to, and what was run for it. */
export type Checked = { refusals: ChangeRefusal[]; notices: string[]; steps: BuildStep[] };

/** Several checks as one. */
export function together(checks: readonly Checked[]): Checked {
  return {
    refusals: checks.flatMap(({ refusals }) => refusals),
    notices: checks.flatMap(({ notices }) => notices),
    steps: checks.flatMap(({ steps }) => steps),
  };
}

/** A stage's result as a step of the build report. */
export function stepOf(
  step: BuildStep['step'],
  { passed, summary, startedAt, endedAt, isolation, artifacts, log }: StageResult,
): BuildStep {
  return {
    step,
    passed,
    summary,
    duration_ms: Date.parse(endedAt) - Date.parse(startedAt),
    isolation,
    artifacts: artifacts.filter(({ kind }) => kind === 'package').map(({ name, kind, digest }) => ({ name, kind, digest })),
    ...(log === undefined ? {} : { log }),
  };
}
