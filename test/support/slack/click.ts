import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { ButtonElement } from './blockLimits.ts';
import type { Shown } from './slack.ts';

export type Click = {
  /** Address of the gateway's webhook. */
  to: string;
  button: 'Approve' | 'Reject';
  user: string;
  messages: readonly Shown[];
  responseUrl: string;
  secret: string;
  /** Seconds; tells two clicks apart, and a repeated delivery not. */
  at?: number;
  retry?: number;
};

/** Headers by which Slack shows that a body is its own. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signed(body: string | Buffer, { secret, at = Date.now() / 1000 }: { secret: string; at?: number }): Record<string, string> {
  const timestamp = String(Math.floor(at));
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${digest}` };
}

/** Sends the interaction that a click on a message's button makes. */
export async function click({ to, button, user, messages, responseUrl, secret, at = Date.now() / 1000, retry }: Click): Promise<Response> {
  const value = buttonsOf(messages).find(({ text }) => text.text === button);
  if (!value) throw new TypeError(`no message has a button ${button}`);
  const payload = interaction({ user, responseUrl, action: value, at });
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const repeated: Record<string, string> =
    retry === undefined ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' };
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...signed(body, { secret }), ...repeated };
  return await fetch(to, { method: 'POST', headers, body });
}

/** A click in Slack's shape. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function interaction(about: {
  user: string;
  responseUrl: string;
  action: { action_id: string; value: string };
  at: number;
}): object {
  const { user, responseUrl, action, at } = about;
  return {
    type: 'block_actions',
    user: { id: user, username: 'somebody', team_id: 'T000000001' },
    api_app_id: 'A0MAINSTAY',
    token: 'deprecated',
    container: { type: 'message', channel_id: 'C000000001' },
    trigger_id: `1.2.${at}`,
    team: { id: 'T000000001', domain: 'emulate' },
    channel: { id: 'C000000001', name: 'general' },
    response_url: responseUrl,
    actions: [{ ...action, type: 'button', block_id: 'b1', action_ts: at.toFixed(6) }],
  };
}

/** All buttons of messages. */
export function buttonsOf(messages: readonly Shown[]): ButtonElement[] {
  const Actions = z.object({ type: z.literal('actions'), elements: z.array(z.custom<ButtonElement>()) });
  return messages.flatMap(({ blocks }) => blocks).flatMap((block) => Actions.safeParse(block).data?.elements ?? []);
}
