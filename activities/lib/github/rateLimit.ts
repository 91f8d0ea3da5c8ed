import type { HttpError } from './translate.ts';

/** What GitHub asks for when it names no time. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const defaultWaitMs = 60_000;
/** The limits are counted per hour, so no honest answer asks for more. */
const longestWaitMs = 3_660_000;
const shortestWaitMs = 1_000;

/** How long GitHub asks to wait, milliseconds; undefined when the error is not about a rate limit, primary or secondary. */
export function waitOf({ status, message, response }: HttpError, now = Date.now()): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const headers = response?.headers ?? {};
  const isSpent = headers['x-ratelimit-remaining'] === '0';
  const isLimit = status === 429 || headers['retry-after'] !== undefined || isSpent || /\brate limit|abuse detection/i.test(message);
  if (!isLimit) return undefined;
  const asked = retryAfter(headers['retry-after'], now) ?? (isSpent ? untilReset(headers['x-ratelimit-reset'], now) : undefined);
  return Math.min(Math.max(asked ?? defaultWaitMs, shortestWaitMs), longestWaitMs);
}

/** Seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
function retryAfter(value: string | number | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const ms = Number.isFinite(Number(value)) ? Number(value) * 1000 : Date.parse(String(value)) - now;
  return Number.isFinite(ms) ? ms : undefined;
}

/** A second more than the reset, because GitHub's clock and ours are not the same. */
function untilReset(value: string | number | undefined, now: number): number | undefined {
  const ms = Number(value) * 1000 - now + 1000;
  return Number.isFinite(ms) ? ms : undefined;
}
