import { failureCatalogue, type FailureType } from '../../schemas/failures.ts';
import { plainLine } from '../../schemas/plainText.ts';
import { type SummaryLine, summaryLines } from '../../schemas/summary.ts';
import type { RunView } from '../view.ts';
import { decisionLines } from './progress/decisions.ts';
import { painted, signs } from './signs.ts';
import type { Colours } from './terminal.ts';

/** A pipeline's run that is over, as lines that can be pasted into a chat. */
export function runSummary(view: RunView, colours: Colours): string[] {
  const { status, stages, notices, decisions, failure } = view;
  const ended = (view.result && 'stages' in view.result ? view.result : undefined) ?? {
    status: status === 'running' || status === 'waiting' ? 'cancelled' : status,
    stages,
    notices,
    decisions,
    failure,
  };
  const isolation = [
    ...new Set(stages.flatMap((stage) => (stage.result && stage.result.isolation !== 'none' ? [stage.result.isolation] : []))),
  ];
  return [
    ...summaryLines(ended).map((line) => decorated(line, colours)),
    ...decisionLines(view).map((line) => `  ${line}`),
    ...(isolation.length > 0 ? [`  isolation in force: ${isolation.join(', ')}`] : []),
    ...(failure && stages.length === 0 ? [`  ${failure.type}: ${plainLine(failure.message, 2000)}`] : []),
  ];
}

function decorated({ of, status, text }: SummaryLine, colours: Colours): string {
  if (of === 'run') return colours.bold(status ? painted(status, text, colours) : text);
  if (of === 'stage' && status) return `${painted(status, signs[status], colours)} ${text}`;
  if (of === 'detail') return `    ${text}`;
  if (of === 'release') return `    ${colours.cyan(text)}`;
  return colours.dim(`  note: ${text}`);
}

/** Exit code of a run that has ended: 0 only for passed, else the catalogue's code of what ended it. */
export function exitCodeOf(view: RunView): number {
  if (view.status === 'passed') return 0;
  const type = view.failure?.type;
  return type !== undefined && Object.hasOwn(failureCatalogue, type)
    ? failureCatalogue[type as FailureType].exit
    : failureCatalogue.RunFailed.exit;
}
