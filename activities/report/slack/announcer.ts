import { createHash } from 'node:crypto';
import { Context } from '@temporalio/activity';
import type { RunNews } from '../../../schemas/runNews.ts';
import type { Announcer } from '../../contracts.ts';
import { whileHeartbeating } from '../../lib/heartbeats.ts';
import type { ArtifactStore } from '../../lib/workbench.ts';
import { isBad, isRolledBack } from '../facts.ts';
import { logEnds } from '../logEnds.ts';
import { runMessage } from './message.ts';
import { missingReplies, threadReplies } from './replies.ts';
import { type Channel, createSlackApi, type Posted, type SlackApi } from './slackApi.ts';
import { createTurns } from '../turns.ts';

export type SlackAnnouncerParts = {
  slack?: { token: string; api: string };
  /** Addresses of pages for people. */
  links: { run(workflowId: string, runId: string): string | undefined };
  /** Where logs are kept; without it a failed stage is shown without the end of its log. */
  store?: Pick<ArtifactStore, 'get'>;
};

const runEvent = 'mainstay_run';
const replyEvent = 'mainstay_reply';
// Clocks of Temporal, of this machine and of Slack differ.
const clockSkewMs = 300_000;
const rememberedRuns = 1000;

/**
 * Shows runs in Slack: one message per run, changed in place, and its details in the thread. What is there is found by the metadata that it carries,
 * so an attempt that never heard of its success, or another worker, goes on where the last one stood.
 */
export function createSlackAnnouncer({ slack, links, store }: SlackAnnouncerParts) {
  const api = slack && createSlackApi(slack);
  const inTurn = createTurns();
  // Saves a search through the channel; what it says is checked against Slack each time.
  const known = new Map<string, string>();
  const said = { unconfigured: false };

  async function show(slackApi: SlackApi, name: string, news: RunNews, signal: AbortSignal): Promise<void> {
    const channel = await slackApi.open(name, signal);
    const thread = await find(slackApi, channel, news, signal);
    const posted = thread?.find(({ marker }) => isMessageOf(news, marker));
    if (posted === undefined && !isWorthTelling(news)) return;
    if (posted !== undefined && Number(posted.marker.event_payload['revision']) > news.revision) return;

    signal.throwIfAborted();
    const ts = await bringUpToDate(slackApi, channel, news, posted);
    remember(`${channel.id}/${news.key}`, ts);

    const there = new Set(thread?.filter(({ marker }) => isReplyOf(news, marker)).map(({ marker }) => marker.event_payload['part']));
    const ends = store ? await logEnds(store, news.stages) : {};
    for (const { part, ...message } of missingReplies(threadReplies(news, { logEnds: ends, link: linkOf(news) }), there)) {
      signal.throwIfAborted();
      await slackApi.post(channel, message, { event_type: replyEvent, event_payload: { key: news.key, part } }, ts);
    }
  }

  async function find(slackApi: SlackApi, channel: Channel, news: RunNews, signal: AbortSignal): Promise<Posted[] | undefined> {
    const ts = known.get(`${channel.id}/${news.key}`);
    const thread = ts === undefined ? undefined : await slackApi.readThread(channel, ts, signal);
    if (thread) return thread;
    const since = new Date(Date.parse(news.startedAt) - clockSkewMs);
    const found = await slackApi.findMessage(channel, { since, fits: ({ marker }) => isMessageOf(news, marker) }, signal);
    return found && (await slackApi.readThread(channel, found.ts, signal));
  }

  async function bringUpToDate(slackApi: SlackApi, channel: Channel, news: RunNews, posted: Posted | undefined): Promise<string> {
    const message = runMessage(news, linkOf(news));
    const digest = createHash('sha256').update(JSON.stringify(message)).digest('hex').slice(0, 16);
    const { key, revision } = news;
    const marker = { event_type: runEvent, event_payload: { key, revision, digest } };
    if (posted === undefined) return await slackApi.post(channel, message, marker);
    const shown = posted.marker.event_payload;
    // The newer revision is written down even when nothing looks different: it keeps a late older state away.
    if (shown['digest'] !== digest || shown['revision'] !== revision) await slackApi.update(channel, posted.ts, message, marker);
    return posted.ts;
  }

  function remember(name: string, ts: string): void {
    known.delete(name);
    known.set(name, ts);
    const [oldest] = known.keys();
    if (known.size > rememberedRuns && oldest !== undefined) known.delete(oldest);
  }

  function linkOf({ workflowId, runId }: RunNews): string | undefined {
    return links.run(workflowId, runId);
  }

  return {
    showInSlack: async (news) => {
      const channel = news.notify?.slack?.channel;
      if (channel === undefined) return;
      if (api === undefined) {
        if (!said.unconfigured) Context.current().log.warn(`${channel} in Slack hears nothing: set MAINSTAY_SLACK_TOKEN (docs/slack.md)`);
        said.unconfigured = true;
        return;
      }
      await whileHeartbeating((signal) => inTurn(news.key, () => show(api, channel, news, signal)));
    },
  } satisfies Pick<Announcer, 'showInSlack'>;
}

/** A run that simply goes well is told of only where the project asks for it. */
function isWorthTelling(news: RunNews): boolean {
  const { status, stages, awaiting, notifyOnSuccess } = news;
  return notifyOnSuccess || status === 'failed' || awaiting.length > 0 || stages.some(isBad) || stages.some(isRolledBack);
}

function isMessageOf({ key }: RunNews, { event_type: type, event_payload: payload }: Posted['marker']): boolean {
  return type === runEvent && payload['key'] === key;
}

function isReplyOf({ key }: RunNews, { event_type: type, event_payload: payload }: Posted['marker']): boolean {
  return type === replyEvent && payload['key'] === key;
}
