import { LogLevel, WebClient } from '@slack/web-api';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import type { SlackMessage } from './message.ts';
import { saysGone, slackFailure } from './refused.ts';

/** Where this app posts, and as whom. */
export type Channel = { id: string; self: readonly string[] };
/** What a message of ours carries, unseen: which run, and which part of it. */
export type Marker = { event_type: string; event_payload: Record<string, string | number> };
export type Posted = { ts: string; marker: { event_type: string; event_payload: Record<string, unknown> } };

// A heartbeat is due every second; a request that hangs must not hang the attempt.
const timeoutMs = 10_000;
const pageSize = 999;

const Message = z.object({
  ts: z.string(),
  user: z.string().optional(),
  bot_id: z.string().optional(),
  metadata: z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) }).optional(),
});
const Page = z.object({ response_metadata: z.object({ next_cursor: z.string().optional() }).optional() });
const Messages = Page.extend({ messages: z.array(Message) });
const Channels = Page.extend({ channels: z.array(z.object({ id: z.string(), name: z.string().optional() })) });
const Self = z.object({ user_id: z.string().optional(), bot_id: z.string().optional() });
const Who = z.object({ team: z.string().optional(), user: z.string().optional() });
const Sent = z.object({ ts: z.string() });

export type SlackApi = ReturnType<typeof createSlackApi>;

/** The few things that we ask of Slack. Tries each once; errors are failures of the catalogue. */
export function createSlackApi({ token, api }: { token: string; api: string }) {
  const client = new WebClient(token, {
    slackApiUrl: `${api.replace(/\/+$/, '')}/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    logLevel: LogLevel.ERROR,
  });
  const channels = new Map<string, Channel>();

  async function* pagesOf<T extends z.infer<typeof Page>>(
    request: { method: string; options: object; answers: z.ZodType<T> },
    signal: AbortSignal,
  ): AsyncGenerator<T> {
    for (let cursor: string | undefined; ;) {
      signal.throwIfAborted();
      const page = await asked(request.answers, () => client.apiCall(request.method, { ...request.options, limit: pageSize, cursor }));
      yield page;
      cursor = page.response_metadata?.next_cursor || undefined;
      if (cursor === undefined) return;
    }
  }

  // Slack's reading methods take ids only; the list of channels needs a scope that a channel given by id does not.
  async function idOf(name: string, signal: AbortSignal): Promise<string> {
    if (/^[CG][A-Z0-9]{6,}$/.test(name)) return name;
    const bare = name.replace(/^#/, '').toLowerCase();
    const options = { types: 'public_channel,private_channel', exclude_archived: true };
    for await (const { channels: page } of pagesOf({ method: 'conversations.list', options, answers: Channels }, signal)) {
      const found = page.find((channel) => channel.name === bare);
      if (found) return found.id;
    }
    throw failure(
      'ServiceRefused',
      `Slack has no channel ${name} that the app sees: correct notify.slack.channel, or write the channel's id`,
    );
  }

  return {
    /** Whose token it is. */
    async whoAmI(): Promise<{ team?: string; user?: string }> {
      return await asked(Who, () => client.auth.test());
    },

    async open(name: string, signal: AbortSignal): Promise<Channel> {
      const known = channels.get(name);
      if (known) return known;
      const id = await idOf(name, signal);
      const { user_id: user, bot_id: bot } = await asked(Self, () => client.auth.test());
      const channel = { id, self: [user, bot].filter((part) => part !== undefined) };
      channels.set(name, channel);
      return channel;
    },

    /** The first message that `fits` among ours since a time, newest first. */
    async findMessage(
      { id, self }: Channel,
      { since, fits }: { since: Date; fits(posted: Posted): boolean },
      signal: AbortSignal,
    ): Promise<Posted | undefined> {
      const options = { channel: id, oldest: String(since.getTime() / 1000), include_all_metadata: true };
      for await (const { messages } of pagesOf({ method: 'conversations.history', options, answers: Messages }, signal)) {
        const found = oursAmong(messages, self).find(fits);
        if (found) return found;
      }
      return undefined;
    },

    /** A message of ours and our replies to it, oldest first; undefined when it is gone. */
    async readThread({ id, self }: Channel, ts: string, signal: AbortSignal): Promise<Posted[] | undefined> {
      const messages: Posted[] = [];
      try {
        const options = { channel: id, ts, include_all_metadata: true };
        for await (const page of pagesOf({ method: 'conversations.replies', options, answers: Messages }, signal)) {
          messages.push(...oursAmong(page.messages, self));
        }
      } catch (error) {
        if (saysGone(error)) return undefined;
        throw error;
      }
      return messages.some((message) => message.ts === ts) ? messages : undefined;
    },

    async post({ id }: Channel, message: SlackMessage, marker: Marker, thread?: string): Promise<string> {
      const options = { channel: id, ...shownOf(message), metadata: marker, thread_ts: thread, unfurl_links: false, unfurl_media: false };
      return (await asked(Sent, () => client.apiCall('chat.postMessage', options))).ts;
    },

    async update({ id }: Channel, ts: string, message: SlackMessage, marker: Marker): Promise<void> {
      await asked(Sent, () => client.apiCall('chat.update', { channel: id, ts, ...shownOf(message), metadata: marker }));
    },
  };
}

function shownOf({ text, blocks }: SlackMessage) {
  return { text, blocks, mrkdwn: false, parse: 'none', link_names: false };
}

// Another app can write any metadata that it likes; only our own messages count.
function oursAmong(messages: z.infer<typeof Message>[], self: readonly string[]): Posted[] {
  return messages.flatMap(({ ts, user, bot_id: bot, metadata }) =>
    metadata && [user, bot].some((author) => author !== undefined && self.includes(author)) ? [{ ts, marker: metadata }] : [],
  );
}

async function asked<T>(answers: z.ZodType<T>, call: () => Promise<unknown>): Promise<T> {
  try {
    return answers.parse(await call());
  } catch (error) {
    throw slackFailure(error);
  }
}
