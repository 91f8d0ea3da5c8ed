import { createHash } from 'node:crypto';
import type { ApprovalRequest } from '../../../schemas/approvals.ts';
import { askedInWords } from '../../../schemas/askedNow.ts';
import { plainLine, plainLines } from '../../../schemas/plainText.ts';
import type { StageRecord } from '../../../schemas/runPipeline.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import { stageDetails } from '../../../schemas/summary.ts';
import { deadlineOf, isBad, isRolledBack, reasonOf, stageInWords, standOf, subjectOf, unansweredOf } from '../facts.ts';
import type { LogEnds } from '../logEnds.ts';

/** One mail to one person. `key` names it for ever: the same fact about the same run to the same address. */
export type Letter = { key: string; to: string; subject: string; parts: LetterPart[] };
export type LetterPart = { kind: 'text' | 'code' | 'link'; text: string };

const longestSubject = 200;
const shownStages = 100;

type Fact = { name: string; to: readonly string[]; subject: string; parts: LetterPart[] };

/** The mails that are due as the run stands. What was due before and is no longer (a question that was answered) is not among them. */
export function lettersOf(news: RunNews, { logEnds, link }: { logEnds: LogEnds; link?: string }): Letter[] {
  const facts = [...runFacts(news, logEnds), ...news.awaiting.map((request) => questionFact(news, request))];
  return facts.flatMap(({ name, to, subject, parts }) =>
    [...new Set(to)].map((address) => ({
      key: createHash('sha256')
        .update(JSON.stringify([news.key, name, address.toLowerCase()]))
        .digest('hex')
        .slice(0, 32),
      to: address,
      subject: plainLine(`[Mainstay] ${subject}`, longestSubject),
      parts: [...parts, ...(link === undefined ? [] : [{ kind: 'link' as const, text: link }])],
    })),
  );
}

/** What those hear whom the project names: a release that was taken back, a failed run, and a good end where they want it. */
function runFacts(news: RunNews, logEnds: LogEnds): Fact[] {
  const to = news.notify?.email ?? [];
  const fact = (name: string, said: string): Fact => ({ name, to, subject: `${subjectOf(news)}: ${said}`, parts: story(news, logEnds) });
  const rolledBack = news.stages.filter(isRolledBack);
  if (rolledBack.length > 0) {
    return rolledBack.map(({ id, startedAt, iteration, release }) =>
      fact(`rolledBack/${id}/${startedAt ?? iteration}`, `release on ${plainLine(release?.environment ?? '', 60)} rolled back`),
    );
  }
  if (news.status === 'failed') return [fact('failed', standOf(news))];
  return news.status === 'passed' && news.notifyOnSuccess ? [fact('passed', standOf(news))] : [];
}

/** What those hear who must decide: once when they are asked, and once per reminder. */
function questionFact(news: RunNews, request: ApprovalRequest): Fact {
  const { id, step, escalated, reminders, title, effects } = request;
  return {
    name: `waits/${id}/${step}/${escalated ? 'escalated' : 'asked'}/${reminders}`,
    to: unansweredOf(request).flatMap(({ email }) => (email === undefined ? [] : [email])),
    subject: `${subjectOf(news)}: ${reminders > 0 ? 'still waits' : 'waits'} for your decision: ${plainLine(title, 100)}`,
    parts: [
      text(`${title} waits for a decision until ${deadlineOf(request)}.`),
      text(`Who may decide: ${askedInWords(request)}`),
      code(effects.join('\n')),
      text('Decide in Slack, on GitHub, or with:'),
      code(`mainstay approve ${news.workflowId} --request ${id}\nmainstay reject ${news.workflowId} --request ${id}`),
    ],
  };
}

function story(news: RunNews, logEnds: LogEnds): LetterPart[] {
  const lines = news.stages.slice(0, shownStages).map((stage) => `${stage.id}: ${stageInWords(stage)}`);
  return [
    text(`${subjectOf(news)}: ${standOf(news)}.`),
    ...(news.failure ? [text(news.failure.message)] : []),
    ...(lines.length > 0 ? [code(lines.join('\n'))] : []),
    ...news.stages.filter(isBad).flatMap((stage) => whyItFailed(stage, logEnds[stage.id])),
    code(`mainstay show ${news.workflowId}`),
  ];
}

function whyItFailed(stage: StageRecord, logEnd: string | undefined): LetterPart[] {
  const details = stageDetails(stage);
  const shown = details.length > 0 ? details.join('\n') : (logEnd ?? '');
  return [text(`${stage.id}: ${reasonOf(stage)}`), ...(shown.trim() === '' ? [] : [code(shown)])];
}

function text(words: string): LetterPart {
  return { kind: 'text', text: unlinked(plainLine(words, 2000)) };
}

function code(lines: string): LetterPart {
  return { kind: 'code', text: unlinked(plainLines(lines)).slice(0, 20_000) };
}

// Mail programs make links of bare addresses; those of a repository are shown and lead nowhere.
function unlinked(words: string): string {
  return words
    .toWellFormed()
    .replace(/:\/\//g, ':\u200b//')
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}\u200b.`);
}
