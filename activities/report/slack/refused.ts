import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';

const newToken = 'set MAINSTAY_SLACK_TOKEN to the bot token of the installed Slack app';
const advice: Readonly<Record<string, string>> = {
  not_authed: newToken,
  invalid_auth: newToken,
  token_revoked: newToken,
  token_expired: newToken,
  account_inactive: newToken,
  not_in_channel: 'invite the app to the channel (/invite @mainstay)',
  channel_not_found: 'correct notify.slack.channel in project.yml, and invite the app when the channel is private',
  is_archived: 'name another channel in notify.slack of project.yml',
  missing_scope: 'give the app the scope and install it again (docs/slack.md)',
  cant_update_message: 'the edit of own messages is switched off in the workspace; allow it for the app',
  edit_window_closed: 'the workspace lets messages be edited for a short time only; allow it for longer',
  restricted_action: 'let the app post in this channel',
  ekm_access_denied: 'the workspace keeps the app out; ask its administrators',
};
// Slack's own trouble; the same request can succeed later. https://docs.slack.dev/reference/methods/chat.postMessage#errors
const passing = new Set(['ratelimited', 'rate_limited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);
// A wrong header must not put a message off for days.
const longestWaitSeconds = 3600;

/** True when Slack said that the message is not there. */
export function saysGone(error: unknown): boolean {
  const [details] = error instanceof ApplicationFailure ? (error.details ?? []) : [];
  const { code } = (details ?? {}) as { code?: unknown };
  return code === 'thread_not_found' || code === 'message_not_found';
}

/** What Slack or the way there refused, in the catalogue's words: `ServiceUnavailable` is tried again, after the time that Slack asks for. */
export function slackFailure(error: unknown): ApplicationFailure {
  if (error instanceof WebAPIRateLimitedError) return slowDown(error.retryAfter);
  if (error instanceof WebAPIHTTPError && error.statusCode < 500) return refusal(`HTTP ${error.statusCode}`, 'check MAINSTAY_SLACK_API');
  const code = error instanceof WebAPIPlatformError ? error.data.error : undefined;
  // What is no word of Slack's comes from something in between, for example the page of a proxy.
  if (error instanceof WebAPIPlatformError && code !== undefined && /^[a-z_]+$/.test(code)) {
    if (passing.has(code)) return slowDown(error.data.response_metadata?.retryAfter);
    const { needed } = error.data as { needed?: unknown };
    const what = code === 'missing_scope' && typeof needed === 'string' ? `${code} ${plainLine(needed, 100)}` : code;
    return refusal(what, advice[code] ?? 'see the errors of its method at docs.slack.dev', code);
  }
  if (error instanceof z.ZodError) return failure('ServiceRefused', 'MAINSTAY_SLACK_API answers like no Slack: check its address');
  const reason = plainLine(error instanceof Error ? error.message : String(error), 200);
  return failure('ServiceUnavailable', `Slack cannot be reached: ${reason}; Temporal tries again`);
}

function refusal(what: string, todo: string, code?: string): ApplicationFailure {
  return failure('ServiceRefused', `Slack refused (${what}): ${todo}`, code === undefined ? undefined : { code });
}

function slowDown(seconds: number | undefined): ApplicationFailure {
  const wait = seconds === undefined ? undefined : Math.min(Math.max(seconds, 0), longestWaitSeconds);
  const waits = wait === undefined ? '' : ` ${wait} s`;
  const message = `Slack asks to wait${waits}; Temporal tries again then`;
  return failure('ServiceUnavailable', message, undefined, undefined, wait === undefined ? undefined : wait * 1000);
}
