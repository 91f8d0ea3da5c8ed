import type { StageView } from '../../view.ts';
import type { Colours } from '../terminal.ts';

const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
// A full turn in a second reads as steady work.
const frameMs = 100;

/** One coloured character for how a stage or task is. */
export function iconOf(stage: Pick<StageView, 'status' | 'allowFailure' | 'queued'>, colours: Colours, now: number): string {
  switch (stage.status) {
    case 'passed':
      return colours.green('✔');
    case 'failed':
      return stage.allowFailure ? colours.yellow('!') : colours.red('✖');
    case 'running':
      return stage.queued ? colours.yellow('…') : colours.cyan(spinner[Math.floor(now / frameMs) % spinner.length] ?? '•');
    case 'awaitingApproval':
    case 'awaitingLock':
      return colours.yellow('?');
    case 'skipped':
      return colours.dim('○');
    case 'cancelled':
      return colours.dim('■');
    case 'pending':
      return colours.dim('·');
  }
}
