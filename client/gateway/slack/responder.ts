import { inert } from '../../../activities/report/slack/escape.ts';

const timeoutMs = 5_000;
const slackHost = /(?:^|\.)slack\.com$/;

/** Tells the person who clicked, and nobody else; answers whether Slack took it. Never throws. */
export type Responder = (responseUrl: string | undefined, text: string) => Promise<boolean>;

/** `api` is the address of the Slack that we use; only there, and at slack.com, are answers sent. */
export function createResponder(api: string | undefined): Responder {
  return async (responseUrl, text) => {
    if (responseUrl === undefined || !mayAnswer(responseUrl, api)) return false;
    try {
      const response = await fetch(responseUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text: inert(text, 1000) }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      // The decision stands in the run; that its giver was not told is counted.
      return false;
    }
  };
}

/** True for an address of Slack's own hosts, or of the configured one: https, or plain on loopback. */
export function mayAnswer(responseUrl: string, api: string | undefined): boolean {
  if (!URL.canParse(responseUrl)) return false;
  const url = new URL(responseUrl);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:' && url.port === '' && slackHost.test(url.hostname)) return true;
  if (api === undefined || url.host !== new URL(api).host) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
