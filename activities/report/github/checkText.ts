import type { RunNews } from '../../../schemas/runNews.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { StageRecord, StageStatus } from '../../../schemas/runPipeline.ts';
import { codeBlock, linkTo, markdownText } from '../escape.ts';
import { decidersLine } from './deciders.ts';
import { bullets, failureOf, releaseOf, section } from '../sections.ts';
import { outgoing } from './outgoing.ts';

export type CheckStatus = 'queued' | 'in_progress' | 'completed';
export type Conclusion = 'success' | 'failure' | 'neutral' | 'skipped' | 'cancelled';

/** How a stage's check run should look. `attempt` numbers the check runs that one stage of one run gets when it is done again. */
export type Check = {
  name: string;
  attempt: number;
  status: CheckStatus;
  conclusion?: Conclusion;
  started_at?: string;
  completed_at?: string;
  details_url?: string;
  title: string;
  summary: string;
};

const longestSummary = 20_000;
const longestLogEnd = 8000;
const ended: ReadonlySet<StageStatus> = new Set(['passed', 'failed', 'skipped', 'cancelled']);

export function checkOf(
  news: RunNews,
  stage: StageRecord,
  { logEnd, link }: { logEnd: string | undefined; link: string | undefined },
): Check {
  const over = ended.has(stage.status);
  return {
    name: checkName(stage.id),
    // A stage that is to start again is the next attempt already.
    attempt: Math.max(1, stage.startedAt === undefined && !over ? stage.iteration + 1 : stage.iteration),
    status: over ? 'completed' : stage.status === 'pending' ? 'queued' : 'in_progress',
    ...(over ? { conclusion: conclusionOf(stage), completed_at: stage.endedAt } : {}),
    ...(stage.startedAt === undefined ? {} : { started_at: stage.startedAt }),
    ...(linkTo(link) === undefined ? {} : { details_url: linkTo(link) }),
    title: outgoing(titleOf(stage), 250),
    summary: outgoing(summaryOf(news, stage, logEnd), longestSummary),
  };
}

export function checkName(stage: string): string {
  return `mainstay / ${plainLine(stage, 200)}`;
}

function conclusionOf({ status, allowFailure }: StageRecord): Conclusion {
  if (status === 'passed') return 'success';
  if (status === 'failed') return allowFailure ? 'neutral' : 'failure';
  return status === 'skipped' ? 'skipped' : 'cancelled';
}

function titleOf(stage: StageRecord): string {
  if (stage.status === 'awaitingApproval') return 'Waits for a decision';
  if (stage.status === 'awaitingLock') return plainLine(`Waits for a lock${stage.reason ? `: ${stage.reason}` : ''}`, 200);
  const said = stage.status === 'passed' ? (stage.result?.summary ?? stage.reason) : (stage.reason ?? stage.result?.summary);
  return plainLine(said ?? words[stage.status] ?? stage.status, 200);
}

const words: Readonly<Partial<Record<StageStatus, string>>> = {
  pending: 'Has its turn later',
  running: 'Runs',
  passed: 'Passed',
  failed: 'Failed',
  skipped: 'Skipped',
  cancelled: 'Cancelled',
};

function summaryOf(news: RunNews, stage: StageRecord, logEnd: string | undefined): string {
  const { result, reason, status } = stage;
  const waits = status === 'awaitingApproval' ? news.awaiting.filter(({ id }) => id.replace(/\/\d+$/, '').startsWith(stage.id)) : [];
  const found = result?.findings;
  const facts = [
    ...(found ? [`${found.error} errors, ${found.warning} warnings, ${found.note} notes; ${found.fresh} new, ${found.waived} waived`] : []),
    ...(result?.coverage === undefined ? [] : [`${result.coverage} % of lines covered`]),
    ...(result?.reusedFrom === undefined ? [] : [`Reused from ${markdownText(result.reusedFrom, 200)}`]),
    ...(result ? [`Isolation: ${result.isolation}`] : []),
    ...releaseOf(stage),
    ...(result?.notices ?? []).slice(0, 20).map((notice) => markdownText(notice)),
  ];
  const flaky = status === 'passed' ? (result?.tests?.flaky ?? []) : [];
  return [
    status === 'failed' ? failureOf(stage, logEnd?.slice(-longestLogEnd)) : markdownText(result?.summary ?? reason ?? words[status] ?? status, 1000),
    ...waits.map(decidersLine),
    flaky.length > 0 ? `Flaky:\n\n${codeBlock(flaky.slice(0, 20).map((name) => plainLine(name)).join('\n'))}` : '',
    section('Facts', bullets(facts)),
  ].filter((text) => text !== '').join('\n\n'); // prettier-ignore
}
