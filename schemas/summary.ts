import prettyMs from 'pretty-ms';
import { plainLine } from './plainText.ts';
import type { PipelineResult, StageRecord, StageStatus } from './runPipeline.ts';

/** One line of a run's summary. `text` is plain and harmless; colours and signs are the medium's. */
export type SummaryLine = { of: 'run' | 'stage' | 'detail' | 'release' | 'notice'; status?: StageStatus; text: string };

// Enough to see what is wrong without opening the log.
const shownFailures = 5;

/** What a person would forward about a run: the verdict, a line for each stage, why something failed, where the release is. */
export function summaryLines(result: PipelineResult): SummaryLine[] {
  const width = Math.max(0, ...result.stages.map(({ id }) => id.length));
  return [
    { of: 'run', status: result.status, text: verdictLine(result) },
    ...result.stages.flatMap((stage) => [
      { of: 'stage' as const, status: stage.status, text: `${stage.id.padEnd(width)}  ${stageLine(stage)}` },
      ...stageDetails(stage).map((text) => ({ of: 'detail' as const, text })),
      ...(stage.release && stage.status === 'passed' ? [{ of: 'release' as const, text: releaseLine(stage) }] : []),
    ]),
    ...noticesOf(result).map((text) => ({ of: 'notice' as const, text })),
  ];
}

/** `passed: local/greeter at 56a5fb899c88 (main) in 12.3s; 5 stages, 2 reused`; without stages `failed before its first stage`. */
export function verdictLine({ status, source, stages, failure }: PipelineResult): string {
  const subject = source
    ? ` ${source.slug} at ${source.commit.slice(0, 12)}${source.branch ? ` (${plainLine(source.branch, 60)})` : ''}`
    : '';
  if (stages.length === 0) return `${status} before its first stage${subject && `:${subject}`}`;
  const reused = stages.filter(({ result }) => result?.reusedFrom !== undefined).length;
  const failed = stages.filter((stage) => stage.status === 'failed' && !stage.allowFailure).map(({ id }) => id);
  const counts = [
    `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}`,
    ...(failed.length > 0 ? [`failed: ${failed.join(', ')}`] : []),
    ...(reused > 0 ? [`${reused} reused`] : []),
    ...(failure && failed.length === 0 ? [plainLine(failure.message)] : []),
  ];
  return `${status}:${subject}${inTime(spanOf(stages))}; ${counts.join(', ')}`;
}

/** `passed in 1.2s, try 2: 8 tests passed`: how one stage ended. */
export function stageLine(stage: StageRecord): string {
  const tries = stage.iteration > 1 ? `, ${stage.iteration} tries` : '';
  const reused = stage.result?.reusedFrom === undefined ? '' : `, reused from ${plainLine(stage.result.reusedFrom, 120)}`;
  const allowed = stage.status === 'failed' && stage.allowFailure ? ' (allowed)' : '';
  const said = plainLine(
    stage.status === 'passed' ? (stage.result?.summary ?? stage.reason ?? '') : (stage.reason ?? stage.result?.summary ?? ''),
  );
  return `${stage.status}${allowed}${inTime(stageMs(stage))}${tries}${reused}${said ? `: ${said}` : ''}`;
}

/** First lines about what failed in a stage, or what was flaky; empty for a stage that simply passed. */
export function stageDetails({ result, status }: StageRecord): string[] {
  const tests = result?.tests;
  if (!tests) return [];
  const failures = status === 'failed' ? tests.failures : [];
  const more = failures.length - shownFailures;
  return [
    ...failures.slice(0, shownFailures).map(({ name, message }) => plainLine(`${name}: ${message.split('\n')[0]}`, 200)),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(tests.flaky.length > 0 ? [plainLine(`flaky: ${tests.flaky.join(', ')}`)] : []),
    ...(tests.quarantined.length > 0 ? [plainLine(`quarantined: ${tests.quarantined.join(', ')}`)] : []),
  ];
}

/** Milliseconds between a stage's start and end; undefined when it did not run. */
export function stageMs({ startedAt, endedAt }: Pick<StageRecord, 'startedAt' | 'endedAt'>): number | undefined {
  return startedAt === undefined || endedAt === undefined ? undefined : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
}

/** The run's notices and its stages', each once, with the stages that it is about: `lint, test: no lock file`. */
export function noticesOf({ notices, stages }: Pick<PipelineResult, 'notices' | 'stages'>): string[] {
  const about = new Map<string, string[]>();
  for (const { id, result } of stages) {
    for (const notice of result?.notices ?? []) about.set(notice, [...(about.get(notice) ?? []), id]);
  }
  const ofStages = [...about].map(([notice, ids]) => `${ids.join(', ')}: ${notice}`);
  return [...new Set([...notices, ...ofStages].map((notice) => plainLine(notice)))];
}

function releaseLine({ release }: StageRecord): string {
  return `${release?.environment} runs ${release?.digest.slice(0, 19)}${release?.url ? ` at ${release.url}` : ''}`;
}

function spanOf(stages: StageRecord[]): number | undefined {
  const times = stages.flatMap(({ startedAt, endedAt }) => (startedAt && endedAt ? [Date.parse(startedAt), Date.parse(endedAt)] : []));
  return times.length === 0 ? undefined : Math.max(...times) - Math.min(...times);
}

function inTime(ms: number | undefined): string {
  return ms === undefined ? '' : ` in ${prettyMs(ms)}`;
}
