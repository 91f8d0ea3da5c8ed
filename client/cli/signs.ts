import type { StageStatus } from '../../schemas/runPipeline.ts';
import type { Colours } from './terminal.ts';

/** One character for how a stage or a task ended or stands. */
export const signs = {
  passed: '✔',
  failed: '✖',
  skipped: '○',
  cancelled: '■',
  running: '…',
  pending: '·',
  awaitingApproval: '?',
  awaitingLock: '?',
} as const satisfies Record<StageStatus, string>;

/** Text in the colour of a status. */
export function painted(status: StageStatus, text: string, colours: Colours): string {
  if (status === 'passed') return colours.green(text);
  if (status === 'failed') return colours.red(text);
  return status === 'cancelled' ? colours.yellow(text) : colours.dim(text);
}
