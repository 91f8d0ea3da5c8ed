import { hasEnded, isOver, type RunView, type StageView } from '../../view.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { verdictOf } from './decisions.ts';
import { featureEvents } from './taskEvents.ts';
import { requestEvents } from './requests.ts';
import { brokenBefore, elapsed, storyOf } from './words.ts';

/** What changed between two looks at a run, one plain line each: for pipes and log files. */
export function eventsBetween(before: RunView | undefined, after: RunView, now: number): string[] {
  const known = new Map(before?.stages.map((stage) => [stage.id, stage]));
  return [
    ...(before && before.paused !== after.paused
      ? [after.paused ? `paused: no new ${after.feature ? 'step' : 'stage'} starts` : 'resumed']
      : []),
    ...after.stages.flatMap((stage) => stageEvents(known.get(stage.id), stage, now)),
    ...featureEvents(before, after, now),
    ...requestEvents(before?.requests ?? [], after),
    ...after.decisions.slice(before?.decisions.length ?? 0).map(verdictOf),
    ...(isOver(after.status) && before?.status !== after.status ? [`run ${after.status} after ${elapsed(after, now)}`] : []),
  ];
}

function stageEvents(before: StageView | undefined, after: StageView, now: number): string[] {
  const story = storyOf(after);
  if (hasEnded(after)) {
    if (before && before.status === after.status && before.endedAt === after.endedAt) return [];
    const time = elapsed(after, now);
    return [`${after.id} ${after.status}${time ? ` in ${time}` : ''}${story ? `: ${story}` : ''}`];
  }
  if (after.status !== 'running') return [];
  if (before?.status !== 'running') return [`${after.id} started${story ? `: ${story}` : ''}`];
  return [
    ...(after.attempt === before.attempt ? [] : [brokenBefore(after)]),
    ...(after.iteration === before.iteration ? [] : [`try ${after.iteration}`]),
    ...(after.queued && !before.queued ? [story] : []),
    ...(after.doing === before.doing ? [] : [after.doing]),
  ].flatMap((news) => (news ? [`${after.id} · ${plainLine(news)}`] : []));
}
