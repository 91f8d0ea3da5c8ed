import type { StageRecord } from '../../schemas/runPipeline.ts';
import type { RunReport } from '../../schemas/report.ts';
import { noticesOf, verdictLine } from '../../schemas/summary.ts';
import { markdownText } from './escape.ts';
import type { LogEnds } from './logEnds.ts';
import { bullets, decisionOf, failureOf, releaseOf, section, stageTable } from './sections.ts';

// A report goes into one comment or message; longer lists are in report.json.
const longestTimeline = 200;

export type { LogEnds };

/** The report as Markdown that can be pasted into a chat or a pull request. */
export function reportMarkdown(report: RunReport, logEnds: LogEnds): string {
  const { result } = report;
  const sections = [
    `## ${markdownText(verdictLine(result))}`,
    stageTable(result.stages),
    section(
      'Why it failed',
      result.stages.filter(({ status }) => status === 'failed').map((stage) => failureOf(stage, logEnds[stage.id])),
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
