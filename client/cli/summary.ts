import { isOver, type RunView } from '../view.ts';
import { failureCatalogue, type FailureType } from '../../schemas/failures.ts';
import { oneLine } from './sanitise.ts';
import { elapsed, span, storyOf } from './progress/words.ts';

const marks = { passed: '✅', failed: '❌', skipped: '⏭️', cancelled: '⏹️', running: '⏳', pending: '⏳', awaitingApproval: '✋' } as const;

/** The run in plain lines that can be pasted into a chat. */
export function summaryLines(view: RunView, now: number): string[] {
  const what = [
    view.repository,
    view.requestedRef === 'HEAD' ? undefined : view.requestedRef,
    view.commit && `@ ${view.commit.slice(0, 7)}`,
  ];
  const notices = [...view.notices, ...view.stages.flatMap(({ id, result }) => result?.notices.map((notice) => `${id}: ${notice}`) ?? [])];
  const isolation = [...new Set(view.stages.flatMap(({ result }) => (result && result.isolation !== 'none' ? [result.isolation] : [])))];
  return [
    `${oneLine(what.filter(Boolean).join(' '))}: ${view.status}${isOver(view.status) ? ` in ${elapsed(view, now)}` : ''}`,
    ...view.stages.map((stage) => {
      const time = stage.startedAt && stage.endedAt ? ` (${span(Date.parse(stage.endedAt) - Date.parse(stage.startedAt))})` : '';
      const story = storyOf(stage);
      return `${marks[stage.status]} ${oneLine(stage.id)}${time}${story ? `: ${story}` : ''}`;
    }),
    ...view.decisions.map(
      ({ request, granted, by, expired, comment }) =>
        `${oneLine(request.id)} ${granted ? 'approved' : 'rejected'} by ${expired ? 'the deadline' : oneLine(by)}${comment ? `: ${oneLine(comment)}` : ''}`,
    ),
    ...(view.failure ? [`${view.failure.type}: ${oneLine(view.failure.message)}`] : []),
    ...(isolation.length > 0 ? [`isolation: ${isolation.join(', ')}`] : []),
    ...[...new Set(notices)].map((notice) => `note: ${oneLine(notice)}`),
  ];
}

/** Exit code of a run that has ended: 0 only for passed, else the catalogue's code of what ended it. */
export function exitCodeOf(view: RunView): number {
  if (view.status === 'passed') return 0;
  const type = view.failure?.type;
  return type !== undefined && Object.hasOwn(failureCatalogue, type)
    ? failureCatalogue[type as FailureType].exit
    : failureCatalogue.RunFailed.exit;
}
