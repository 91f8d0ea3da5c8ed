import type { KnownBlock } from '@slack/web-api';
import { noticesOf } from '../../../schemas/summary.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import type { StageStatus } from '../../../schemas/runPipeline.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { stageInWords, standOf, subjectOf } from '../facts.ts';
import { formatted, inert, plain } from './escape.ts';
import { requestBlocks } from './requestBlocks.ts';

/** What Slack is given: blocks, and the text that stands in notifications. */
export type SlackMessage = { text: string; blocks: KnownBlock[] };

// https://docs.slack.dev/reference/block-kit/blocks: 50 blocks in a message, 150 characters in a header.
const mostBlocks = 50;
const longestHeader = 150;
const longestStageLine = 140;
const shownStages = 20;
const shownNotices = 5;
// Four blocks each: leaves room for the rest of the message.
const shownRequests = 10;

const runSigns: Readonly<Record<RunNews['status'], string>> = {
  planning: '⏳',
  running: '⏳',
  passed: '✅',
  failed: '❌',
  cancelled: '⛔',
};
const stageSigns: Readonly<Record<StageStatus, string>> = {
  pending: '·',
  awaitingApproval: '✋',
  awaitingLock: '🔒',
  running: '▶',
  passed: '✅',
  failed: '❌',
  skipped: '–',
  cancelled: '⛔',
};

/** A run's one message: how it stands, its stages, and what waits for people. */
export function runMessage(news: RunNews, link: string | undefined): SlackMessage {
  const headline = `${news.awaiting.length > 0 ? '✋' : runSigns[news.status]} ${subjectOf(news)}: ${standOf(news)}`;
  const unshown = news.awaiting.length - shownRequests;
  const blocks: KnownBlock[] = [
    { type: 'header', text: plain(headline, longestHeader) },
    ...linkBlock(link),
    ...lines(stageLines(news)),
    ...lines(news.failure ? [plainLine(news.failure.message, 1000)] : []),
    ...lines(firstOf(noticesOf(news), shownNotices)),
    ...news.awaiting.slice(0, shownRequests).flatMap((request) => requestBlocks(news, request)),
    ...lines(unshown > 0 ? [`${unshown} more wait for a decision`] : []),
  ];
  return { text: inert(headline), blocks: blocks.slice(0, mostBlocks) };
}

/** A link to the run's page, where there is one. */
export function linkBlock(link: string | undefined): KnownBlock[] {
  if (link === undefined || !URL.canParse(link)) return [];
  const target = new URL(link).href.replace(/[&<>|]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  return [{ type: 'context', elements: [formatted(`<${target}|Open the run>`)] }];
}

function stageLines({ stages }: RunNews): string[] {
  return firstOf(
    stages.map((stage) => `${stageSigns[stage.status]} ${plainLine(stage.id, 60)}  ${plainLine(stageInWords(stage), longestStageLine)}`),
    shownStages,
  );
}

function firstOf(texts: string[], shown: number): string[] {
  const more = texts.length - shown;
  return more > 0 ? [...texts.slice(0, shown), `and ${more} more`] : texts;
}

function lines(texts: string[]): KnownBlock[] {
  return texts.length === 0 ? [] : [{ type: 'section', text: plain(texts.join('\n')) }];
}
