import type { ApprovalRequest, Person } from '../../schemas/approvals.ts';
import { askedNow } from '../../schemas/askedNow.ts';
import { plainLine } from '../../schemas/plainText.ts';
import type { StageRecord } from '../../schemas/runPipeline.ts';
import type { RunNews } from '../../schemas/runNews.ts';
import { stageLine } from '../../schemas/summary.ts';

/** `acme/shop at 56a5fb899c88 (main)`: what a run is about, one line. */
export function subjectOf({ source }: RunNews): string {
  const branch = source.branch ? ` (${plainLine(source.branch, 60)})` : '';
  return `${plainLine(source.slug, 130)} at ${source.commit.slice(0, 12)}${branch}`;
}

/** How a run stands, in a word or two. */
export function standOf(news: RunNews): string {
  if (news.status === 'running' && news.awaiting.length > 0) return 'waits for a decision';
  return isOver(news) && news.stages.some(isRolledBack) ? `${news.status}, release rolled back` : news.status;
}

/** `passed in 1.2s: 8 tests passed`: how far one stage is, for people. */
export function stageInWords(stage: StageRecord): string {
  return stageLine(stage)
    .replace(/^awaitingApproval/, 'waits for a decision')
    .replace(/^awaitingLock/, 'waits for the lock');
}

export function isOver({ status }: RunNews): boolean {
  return status === 'passed' || status === 'failed' || status === 'cancelled';
}

/** True of a stage that failed and holds others up. */
export function isBad({ status, allowFailure }: StageRecord): boolean {
  return status === 'failed' && !allowFailure;
}

/** True of a deploy whose release was taken back. */
export function isRolledBack({ agent, status, release }: StageRecord): boolean {
  return agent === 'deploy' && release !== undefined && (status === 'failed' || status === 'cancelled');
}

/** Why a stage failed, one line. */
export function reasonOf({ failure, reason, result }: StageRecord): string {
  return plainLine(failure?.message ?? reason ?? result?.summary ?? 'no reason given', 1000);
}

/** The people who may decide now and have not agreed yet; empty when anybody may who did not make the change. */
export function unansweredOf(request: ApprovalRequest): Person[] {
  const { members, agreed } = askedNow(request);
  return members.filter(({ name }) => !agreed.includes(name));
}

/** `2026-01-02 10:00 UTC, then it counts as rejected`. */
export function deadlineOf({ deadline, onTimeout }: ApprovalRequest): string {
  const then = { reject: 'then it counts as rejected', approve: 'then it counts as approved', escalate: 'then others are asked' };
  return `${deadline.slice(0, 16).replace('T', ' ')} UTC, ${then[onTimeout]}`;
}
