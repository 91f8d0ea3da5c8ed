import type { ApprovalRequest } from '../../../schemas/approvals.ts';
import type { Review } from '../../../schemas/review.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import { codeBlock, codeSpan, linkTo, markdownText } from '../escape.ts';
import { isBad, isOver, standOf, subjectOf } from '../facts.ts';
import type { LogEnds } from '../logEnds.ts';
import { bullets, decisionOf, failureOf, releaseOf, section, stageTable } from '../sections.ts';
import { decidersLine } from './deciders.ts';

/** What the story needs beside the news. `checks`: whether the stages are also shown as check runs. */
export type StoryFacts = { logEnds: LogEnds; link: string | undefined; checks: boolean };

const shownRefusals = 10;
const longestLogEnd = 4000;
// Their sum, with titles, stays below what one comment takes.
const room = {
  waits: 10_000,
  stages: 14_000,
  failures: 16_000,
  review: 4_000,
  releases: 3_000,
  decisions: 5_000,
  refusals: 3_000,
  notices: 3_000,
};

/** The run as a pull request's comment: what it came to, who is waited for and how to answer, stages, failures, releases. */
export function storyOf(news: RunNews, { logEnds, link, checks }: StoryFacts): string {
  const { stages, awaiting, decisions, refusals, review } = news;
  const failed = stages.filter(({ status }) => status === 'failed');
  return [
    `## ${signOf(news)} ${markdownText(`${standOf(news)}: ${subjectOf(news)}`)}`,
    progressOf(news),
    section('Waits for people', fitting(awaiting.map((request) => questionOf(request, awaiting.length > 1)), room.waits)),
    tableOf(news),
    section('Why it failed', fitting([...brokenRun(news), ...failed.map((stage) => failureOf(stage, logEnds[stage.id]?.slice(-longestLogEnd)))], room.failures)),
    section('Releases', list(stages.flatMap(releaseOf), room.releases)),
    section('Review', review ? list(reviewLines(review), room.review) : []),
    section('Decisions', list(decisions.map(decisionOf), room.decisions)),
    section('Decisions that were not taken', list(refusals.slice(-shownRefusals).map(refusalOf), room.refusals)),
    section('Notices', list([...noticesOf(news), ...(checks ? [] : [noChecks])].map((notice) => markdownText(notice)), room.notices)),
    footerOf(news, link),
  ].filter((text) => text !== '').join('\n\n'); // prettier-ignore
}

const noChecks = 'Check runs are missing: GitHub takes them from Apps only, and Mainstay is known here by a token';

function signOf(news: RunNews): string {
  if (news.status === 'passed') return '✅';
  if (news.status === 'failed') return '❌';
  if (news.status === 'cancelled') return '⏹️';
  return news.awaiting.length > 0 ? '✋' : '⏳';
}

function progressOf({ stages }: RunNews): string {
  if (stages.length === 0) return '';
  const counts = Map.groupBy(stages, ({ status }) => status);
  const told = [...counts].map(([status, of]) => `${of.length} ${words[status] ?? status}`);
  return `${stages.length} ${stages.length === 1 ? 'stage' : 'stages'}: ${told.join(', ')}`;
}

const words: Readonly<Record<string, string>> = {
  pending: 'to come',
  awaitingApproval: 'waiting for a decision',
  awaitingLock: 'waiting for a lock',
};

function questionOf(request: ApprovalRequest, oneOfSeveral: boolean): string {
  return [
    `**${markdownText(request.title)}** (${codeSpan(request.id, 200)})`,
    ...bullets(request.effects.slice(0, 30).map((effect) => markdownText(effect))),
    decidersLine(request),
    oneOfSeveral
      ? 'Several decisions wait: decide each in Slack, or at the command line with `mainstay approvals`.'
      : 'Comment `/mainstay approve` or `/mainstay reject` with a reason behind it.',
  ].join('\n\n');
}

function tableOf({ stages }: RunNews): string {
  const [head = '', rule = '', ...rows] = stageTable(stages).split('\n');
  const shown = fitting(rows, room.stages, (left) => `| … | | | | ${left} more |`);
  return rows.length === 0 ? '' : [head, rule, ...shown].join('\n');
}

/** Why the whole run failed, where no stage says it. */
function brokenRun({ failure, stages }: RunNews): string[] {
  if (!failure || stages.some(isBad)) return [];
  return [`**${markdownText(failure.type)}**\n\n${codeBlock(failure.message.slice(0, 4000))}`];
}

function reviewLines(review: Review): string[] {
  const blocking = review.comments.filter(({ severity }) => severity === 'block').length;
  return [
    `${review.approved ? 'Nothing blocks' : `Blocked by ${blocking} ${blocking === 1 ? 'finding' : 'findings'}`}: ${markdownText(review.summary, 1000)}`,
    ...(review.owners.length > 0 ? [`Owners of what changed: ${markdownText(review.owners.join(', '), 500)}`] : []),
    ...(review.model ? [`Second opinion by ${markdownText(review.model)}; it blocks nothing`] : []),
    ...review.notices.map((notice) => markdownText(notice)),
  ];
}

function refusalOf({ at, by, request, reason }: RunNews['refusals'][number]): string {
  return `${at} ${markdownText(by, 100)}${request ? ` on ${markdownText(request, 100)}` : ''}: ${markdownText(reason)}`;
}

/** The run's notices and its stages', each once. */
function noticesOf({ notices, stages }: RunNews): string[] {
  return [...new Set([...notices, ...stages.flatMap(({ id, result }) => (result?.notices ?? []).map((notice) => `${id}: ${notice}`))])];
}

function footerOf(news: RunNews, link: string | undefined): string {
  const url = linkTo(link);
  const where = url ? `[Run](${url})` : 'Run';
  const verbs = isOver(news) ? ['rerun', 'rerun STAGE', 'deploy ENVIRONMENT', 'status'] : ['rerun STAGE', 'cancel', 'status'];
  return `<sub>${where} ${codeSpan(news.workflowId)}, started ${news.startedAt}. Comment ${verbs.map((verb) => `\`/mainstay ${verb}\``).join(', ')} to steer it.</sub>`;
}

function list(lines: string[], longest: number): string[] {
  return bullets(fitting(lines, longest));
}

/** The first parts that have room, and how many are left out. */
function fitting(parts: string[], longest: number, rest = (left: number) => `${left} more in the run's report`): string[] {
  let left = longest;
  const shown = parts.filter((part, index) => {
    left -= part.length + 2;
    return left > 0 || (index === 0 && part.length <= longest);
  });
  return shown.length === parts.length ? parts : [...shown, rest(parts.length - shown.length)];
}
