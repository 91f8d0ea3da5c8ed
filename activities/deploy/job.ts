import { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import { DeploySettings } from '../../schemas/settings.ts';
import type { StageTask } from '../../schemas/stage.ts';
import type { Ledger } from './ledger.ts';
import type { TargetKind } from './record.ts';

/** One release to be made, with everything about it that is decided before a target is asked. */
export type ReleaseJob = {
  key: string;
  /** Where it is to run; `auto` is decided by now. */
  kind: TargetKind;
  task: StageTask;
  settings: DeploySettings;
  ledger: Ledger;
  signal: AbortSignal;
};

/** Settings of a deploy stage; `InvalidConfiguration` names the key that is wrong. */
export function deploySettings(task: StageTask): DeploySettings {
  const parsed = DeploySettings.safeParse(task.stage.with);
  if (parsed.success) return parsed.data;
  throw failure('InvalidConfiguration', `Stage ${task.stage.id}, with: ${z.prettifyError(parsed.error)}`);
}

/** Name of the environment that a deploy stage serves. */
export function environmentOf(task: StageTask): string {
  return task.stage.environment ?? 'staging';
}
