import prettyMs from 'pretty-ms';
import { hasEnded, type StageView } from '../../view.ts';
import { plainLine } from '../../../schemas/plainText.ts';

/** How long a stage, a task or a run has taken so far or took, `1.2s`; empty before it starts. */
export function elapsed(stage: { startedAt?: string; endedAt?: string }, now: number): string {
  if (stage.startedAt === undefined) return '';
  const end = stage.endedAt === undefined ? now : Date.parse(stage.endedAt);
  return span(end - Date.parse(stage.startedAt));
}

/** A time span for people. */
function span(ms: number): string {
  return prettyMs(Math.max(0, ms), { secondsDecimalDigits: ms < 10_000 ? 1 : 0, millisecondsDecimalDigits: 0 });
}

/** What there is to say about a stage, one line: its result, its reason, or what it does now. */
export function storyOf(stage: StageView): string {
  const parts = hasEnded(stage) ? endingWords(stage) : presentWords(stage);
  return plainLine(parts.filter((part) => part !== undefined && part !== '').join(' · '));
}

function endingWords(stage: StageView): (string | undefined)[] {
  const { result, release } = stage;
  return [
    stage.status === 'passed' ? (result?.summary ?? release?.url) : (stage.reason ?? result?.summary),
    stage.status === 'passed' && result && release?.url ? release.url : undefined,
    result?.reusedFrom === undefined ? undefined : 'reused',
    stage.iteration > 1 ? `try ${stage.iteration}` : undefined,
    stage.status === 'failed' && stage.allowFailure ? 'allowed to fail' : undefined,
  ];
}

function presentWords(stage: StageView): (string | undefined)[] {
  if (stage.status === 'awaitingApproval') return ['waits for a person'];
  if (stage.status === 'pending') return [stage.needs.length > 1 ? `after ${stage.needs.join(', ')}` : undefined];
  return [
    stage.queued ? `waits for a worker that serves ${stage.agent}` : stage.doing,
    stage.iteration > 1 ? `try ${stage.iteration}` : undefined,
    brokenBefore(stage),
  ];
}

/** Why Temporal tries the stage's step again, where it does. */
export function brokenBefore({ attempt = 1, broke }: Pick<StageView, 'attempt' | 'broke'>): string | undefined {
  if (attempt <= 1) return undefined;
  // Temporal's words for a worker that was killed or cut off.
  const why = broke === 'activity Heartbeat timeout' ? 'its worker was lost' : broke;
  return `attempt ${attempt}${why ? `, because ${why}` : ''}`;
}
