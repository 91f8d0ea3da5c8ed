import { z } from 'zod';
import { ButtonValue, decideAction } from '../../../activities/report/slack/button.ts';
import { failure } from '../../../schemas/failures.ts';

/** What Slack sent, as far as we deal with it. */
export type SlackRequest =
  | { kind: 'challenge'; challenge: string }
  | { kind: 'clicks'; clicks: Click[] }
  | { kind: 'unknown'; what: string };

/** A click on one of our buttons. `id` is the same for each delivery of one click; no `button`: it is of another version of Mainstay. */
export type Click = { id: string; user: string; button?: ButtonValue; responseUrl?: string };

const Challenge = z.object({ type: z.literal('url_verification'), challenge: z.string().max(1000) });
const Typed = z.object({ type: z.string() });
const BlockActions = z.object({
  user: z.object({ id: z.string().regex(/^[UW][A-Z0-9]{1,30}$/, 'is no id of a Slack user') }),
  response_url: z.string().max(2000).optional(),
  actions: z
    .array(z.object({ action_id: z.string().max(255), value: z.string().max(2000).optional(), action_ts: z.string().max(50).default('') }))
    .max(25),
});

/** Reads a body whose signature is good; `InvalidInput` when it is none of Slack's shapes. */
export function readRequest(body: Buffer, contentType: string): SlackRequest {
  const text = body.toString('utf8');
  if (contentType.startsWith('application/json')) return readEvent(jsonOf(text, 'body'));
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  if (payload === null) return { kind: 'unknown', what: form.has('command') ? 'command' : form.has('ssl_check') ? 'ssl_check' : 'form' };
  return readInteraction(jsonOf(payload, 'payload'));
}

function readEvent(body: unknown): SlackRequest {
  const challenge = Challenge.safeParse(body);
  if (challenge.success) return { kind: 'challenge', challenge: challenge.data.challenge };
  return { kind: 'unknown', what: typeOf(body) };
}

function readInteraction(payload: unknown): SlackRequest {
  const type = typeOf(payload);
  if (type !== 'block_actions') return { kind: 'unknown', what: type };
  const { user, actions, response_url: responseUrl } = parsed(BlockActions, payload);
  const ours = actions.filter(({ action_id: id }) => id === decideAction || id.startsWith(`${decideAction}:`));
  if (ours.length === 0) return { kind: 'unknown', what: 'action' };
  return {
    kind: 'clicks',
    clicks: ours.map(({ value = '', action_ts: at }) => {
      const button = ButtonValue.safeParse(jsonOrNothing(value)).data;
      return { id: JSON.stringify([user.id, at, value]), user: user.id, button, responseUrl };
    }),
  };
}

function typeOf(value: unknown): string {
  const { type } = parsed(Typed, value);
  return /^[a-z_]{1,40}$/.test(type) ? type : 'other';
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw failure('InvalidInput', `${issue?.path.join('.') || 'payload'}: ${issue?.message}: not what Slack sends`);
}

function jsonOf(text: string, what: string): unknown {
  const value = jsonOrNothing(text);
  if (value === undefined) throw failure('InvalidInput', `${what}: is not JSON: not what Slack sends`);
  return value;
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
