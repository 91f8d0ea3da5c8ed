import prettyMs from 'pretty-ms';
import type { ApprovalOutcome } from '../../schemas/approvals.ts';
import type { StageRecord } from '../../schemas/runPipeline.ts';
import { stageDetails, stageMs } from '../../schemas/summary.ts';
import { codeBlock, codeSpan, linkTo, markdownText } from './escape.ts';

/** A row for each stage: how it stands, how long it took, what it said. */
export function stageTable(stages: StageRecord[]): string {
  if (stages.length === 0) return '';
  const rows = stages.map((stage) => {
    const ms = stageMs(stage);
    const reused = stage.result?.reusedFrom === undefined ? '' : ` (reused from ${markdownText(stage.result.reusedFrom, 120)})`;
    const said = stage.status === 'passed' ? stage.result?.summary : (stage.reason ?? stage.result?.summary);
    const cells = [
      markdownText(stage.id),
      stage.status === 'failed' && stage.allowFailure ? 'failed (allowed)' : (waits[stage.status] ?? stage.status),
      ms === undefined ? '' : prettyMs(ms),
      String(stage.iteration || ''),
      `${markdownText(said ?? stage.reason ?? '')}${reused}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| Stage | Status | Time | Tries | What happened |', '|---|---|---:|---:|---|', ...rows].join('\n');
}

/** Why a stage failed: the reason, and its failed tests or else the end of its log. */
export function failureOf(stage: StageRecord, logEnd: string | undefined): string {
  const title = `**${markdownText(stage.id)}**: ${markdownText(stage.failure?.message ?? stage.reason ?? stage.result?.summary ?? 'no reason given', 1000)}`;
  const details = stageDetails(stage);
  const lines = details.length > 0 ? details.join('\n') : logEnd;
  return lines ? `${title}\n\n${codeBlock(lines)}` : title;
}

/** Where a stage's release runs, or that it was taken back; none for a stage without one. */
export function releaseOf({ release, status }: StageRecord): string[] {
  if (!release) return [];
  const url = linkTo(release.url);
  const state = status === 'passed' ? 'runs' : status === 'failed' || status === 'cancelled' ? 'was taken back:' : 'is watched:';
  return [`${markdownText(release.environment)} ${state} ${codeSpan(release.digest, 100)}${url ? ` at ${url}` : ''} (${release.target})`];
}

/** One line: what was asked, and who answered what. */
export function decisionOf({ request, granted, by, at, comment, expired, carriedFrom }: ApprovalOutcome): string {
  const verdict = `${granted ? 'approved' : 'rejected'} by ${expired ? 'the deadline' : markdownText(by)} at ${at}${carriedFrom ? ` (agreed to ${carriedFrom.slice(0, 12)}; the effects are the same)` : ''}`;
  return `${markdownText(request.id)}: ${markdownText(request.effects.join('; '))}; ${verdict}${comment ? `: ${markdownText(comment)}` : ''}`;
}

/** A titled part; '' when there is nothing in it. */
export function section(title: string, parts: string[]): string {
  return parts.length === 0 ? '' : `### ${title}\n\n${parts.join('\n\n')}`;
}

/** The lines as one list; none for no lines. */
export function bullets(lines: string[]): string[] {
  return lines.length === 0 ? [] : [lines.map((line) => `- ${line}`).join('\n')];
}

const waits: Readonly<Record<string, string>> = { awaitingApproval: 'waits for people', awaitingLock: 'waits for a lock' };
