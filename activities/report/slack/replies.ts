import type { KnownBlock } from '@slack/web-api';
import type { ApprovalOutcome, ApprovalRequest, Refusal } from '../../../schemas/approvals.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { StageRecord } from '../../../schemas/runPipeline.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import { stageDetails } from '../../../schemas/summary.ts';
import { unansweredOf, deadlineOf, isOver, isRolledBack, reasonOf, standOf } from '../facts.ts';
import type { LogEnds } from '../logEnds.ts';
import { code, formatted, inert, plain } from './escape.ts';
import { failureMentions, mentionsOf } from './mentions.ts';
import { linkBlock, type SlackMessage } from './message.ts';

/** A message in the run's thread. `part` names it among the run's: a part that is there is never sent again. */
export type Reply = SlackMessage & { part: string };

// A hundred clicks of somebody who may not decide are not a hundred messages.
const mostRefusals = 10;

/** Those replies that a thread with these parts still lacks. */
export function missingReplies(replies: readonly Reply[], there: ReadonlySet<unknown>): Reply[] {
  const isRefusal = (part: unknown) => String(part).startsWith('refused/');
  let refusals = [...there].filter(isRefusal).length;
  return replies.filter(({ part }) => !there.has(part) && (!isRefusal(part) || refusals++ < mostRefusals));
}

/** The details of a run as it stands, in the order in which people want them. */
export function threadReplies(news: RunNews, { logEnds, link }: { logEnds: LogEnds; link?: string }): Reply[] {
  return [
    ...news.refusals.map(refused),
    ...news.decisions.map(decided),
    ...news.stages.filter(({ status }) => status === 'failed').map((stage) => failedStage(stage, logEnds[stage.id])),
    ...news.stages.filter(isRolledBack).map(rolledBack),
    ...news.awaiting.flatMap(asked),
    ...(isOver(news) ? [ended(news, link)] : []),
  ];
}

function failedStage(stage: StageRecord, logEnd: string | undefined): Reply {
  const details = stageDetails(stage);
  const shown = details.length > 0 ? details.join('\n') : (logEnd ?? '');
  const allowed = stage.allowFailure ? ' (allowed to)' : '';
  return reply(
    `failed/${stage.id}/${stage.startedAt ?? stage.iteration}`,
    `${stage.id} failed${allowed}: ${reasonOf(stage)}`,
    shown.trim() === '' ? [] : [{ type: 'section', text: code(shown) }],
  );
}

function rolledBack({ id, iteration, startedAt, release, reason }: StageRecord): Reply {
  const why = reason ? `: ${plainLine(reason, 1000)}` : '';
  return reply(`rolledBack/${id}/${startedAt ?? iteration}`, `The release on ${release?.environment} was taken back${why}`);
}

function decided({ request, granted, by, at, comment, expired, carriedFrom }: ApprovalOutcome): Reply {
  const who = expired ? 'the deadline' : by;
  const carried = carriedFrom ? `; the agreement to ${carriedFrom.slice(0, 12)} holds, as the effects are the same` : '';
  const said = comment ? `: ${comment}` : '';
  return reply(`decided/${request.id}`, `${request.title} was ${granted ? 'approved' : 'rejected'} by ${who} at ${at}${carried}${said}`);
}

function refused({ at, by, request, reason }: Refusal): Reply {
  const about = request ? ` on ${request}` : '';
  return reply(`refused/${at}/${plainLine(by, 60)}/${request ?? ''}`, `A decision of ${by}${about} was not taken: ${reason}`);
}

// Only a new message notifies people: the change of a message that is there does not.
function asked(request: ApprovalRequest): Reply[] {
  const mentions = mentionsOf(unansweredOf(request));
  const notice = (part: string, text: string) => reply(`${part}/${request.id}/${request.step}`, text, mentionBlock(mentions));
  const until = `until ${deadlineOf(request)}`;
  return [
    ...(request.escalated ? [] : [notice('asked', `${request.title} waits for a decision ${until}`)]),
    ...(request.escalated ? [notice('escalated', `Nobody decided in time; ${request.title} is yours to decide now, ${until}`)] : []),
    ...(request.reminders > 0
      ? [notice(`reminder/${request.escalated ? 'escalated-' : ''}${request.reminders}`, `${request.title} still waits, ${until}`)]
      : []),
  ];
}

function ended(news: RunNews, link: string | undefined): Reply {
  const mentions = news.status === 'failed' ? mentionBlock(failureMentions(news)) : [];
  const report = news.report ? '\nThe report is kept:' : '\nMore:';
  const text = `The run ended: ${standOf(news)}.${report} mainstay show ${news.workflowId}`;
  return reply('ended', text, [...mentions, ...linkBlock(link)]);
}

function mentionBlock(mentions: readonly string[]): KnownBlock[] {
  // Fifty accounts fit well into the 3,000 characters of one text.
  return mentions.length === 0 ? [] : [{ type: 'section', text: formatted(mentions.slice(0, 50).join(' ')) }];
}

function reply(part: string, text: string, blocks: KnownBlock[] = []): Reply {
  return { part, text: inert(text, 1000), blocks: [{ type: 'section', text: plain(text) }, ...blocks] };
}
