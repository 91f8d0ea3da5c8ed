import prettyMs from 'pretty-ms';
import type { StageRecord } from '../../schemas/runPipeline.ts';
import type { RunReport } from '../../schemas/report.ts';
import { noticesOf, stageDetails, stageMs, verdictLine } from '../../schemas/summary.ts';
import { codeBlock, markdownText } from './escape.ts';

/** Ends of failed stages' logs, by stage id. */
export type LogEnds = Readonly<Record<string, string>>;

// A report goes into one comment or message; longer lists are in report.json.
const longestTimeline = 200;

/** The report as Markdown that can be pasted into a chat or a pull request. */
export function reportMarkdown(report: RunReport, logEnds: LogEnds): string {
  const { result } = report;
  const sections = [
    `## ${markdownText(verdictLine(result))}`,
    stageTable(result.stages),
    section(
      'Why it failed',
      result.stages.filter(isBad).map((stage) => failureOf(stage, logEnds[stage.id])),
    ),
    section('Releases', bullets(result.stages.flatMap(releaseOf))),
    section('Approvals', bullets(report.decisions.map(decisionOf))),
    section('Artifacts', bullets(result.stages.flatMap(artifactsOf))),
    section('Isolation in force', bullets(isolationOf(result.stages))),
    section('Notices', bullets(noticesOf(result).map((notice) => markdownText(notice)))),
    section('Timeline', bullets(timelineOf(report))),
    `Run \`${report.workflowId.replaceAll('`', '')}\` (\`${report.runId}\`), ${report.startedAt} to ${report.endedAt}. Configuration \`${result.hash?.slice(0, 12) ?? 'none'}\` from ${markdownText(result.origin ?? 'nowhere')}.`,
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function stageTable(stages: StageRecord[]): string {
  if (stages.length === 0) return '';
  const rows = stages.map((stage) => {
    const ms = stageMs(stage);
    const reused = stage.result?.reusedFrom === undefined ? '' : ` (reused from ${markdownText(stage.result.reusedFrom, 120)})`;
    const said = stage.status === 'passed' ? stage.result?.summary : (stage.reason ?? stage.result?.summary);
    const cells = [
      markdownText(stage.id),
      stage.status === 'failed' && stage.allowFailure ? 'failed (allowed)' : stage.status,
      ms === undefined ? '' : prettyMs(ms),
      String(stage.iteration || ''),
      `${markdownText(said ?? stage.reason ?? '')}${reused}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Stage | Status | Time | Tries | What happened |', '|---|---|---:|---:|---|', ...rows].join('\n');
}

function failureOf(stage: StageRecord, logEnd: string | undefined): string {
  const title = `**${markdownText(stage.id)}**: ${markdownText(stage.failure?.message ?? stage.reason ?? stage.result?.summary ?? 'no reason given', 1000)}`;
  const details = stageDetails(stage);
  const lines = details.length > 0 ? details.join('\n') : logEnd;
  return lines ? `${title}\n\n${codeBlock(lines)}` : title;
}

function isBad(stage: StageRecord): boolean {
  return stage.status === 'failed';
}

function releaseOf({ release, status }: StageRecord): string[] {
  if (!release) return [];
  const state = status === 'passed' ? 'runs' : 'was taken back:';
  return [
    `${markdownText(release.environment)} ${state} \`${release.digest}\`${release.url ? ` at ${release.url}` : ''} (${release.target})`,
  ];
}

function decisionOf({ request, granted, by, at, comment, expired }: RunReport['decisions'][number]): string {
  const verdict = `${granted ? 'approved' : 'rejected'} by ${expired ? 'the deadline' : markdownText(by)} at ${at}`;
  return `${markdownText(request.id)}: ${markdownText(request.effects.join('; '))}; ${verdict}${comment ? `: ${markdownText(comment)}` : ''}`;
}

function artifactsOf({ id, result }: StageRecord): string[] {
  return (result?.artifacts ?? []).map(({ name, kind, digest, reference }) => {
    const size = reference ? ` as ${markdownText(reference)}` : '';
    return `${markdownText(name)} (${kind}, ${markdownText(id)}): \`${digest.replaceAll('`', '')}\`${size}`;
  });
}

function isolationOf(stages: StageRecord[]): string[] {
  const kinds = Map.groupBy(
    stages.filter(({ result }) => result),
    ({ result }) => result?.isolation ?? 'none',
  );
  return [...kinds].map(([kind, of]) => `${kind}: ${of.map(({ id }) => markdownText(id)).join(', ')}`);
}

function timelineOf({ timeline }: RunReport): string[] {
  const shown = timeline
    .slice(0, longestTimeline)
    .map(({ at, who, what }) => `${at} **${markdownText(who, 60)}** ${markdownText(what, 200)}`);
  return timeline.length > longestTimeline ? [...shown, `${timeline.length - longestTimeline} more are in report.json`] : shown;
}

function section(title: string, parts: string[]): string {
  return parts.length === 0 ? '' : `### ${title}\n\n${parts.join('\n\n')}`;
}

function bullets(lines: string[]): string[] {
  return lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join('\n')];
}
