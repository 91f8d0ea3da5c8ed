/** A retry that Temporal makes by itself is held up no longer than this, ms. */
const longestRetryMs = 3_600_000;
/** A run that is parked on a timer waits no longer than this, ms. */
const longestParkMs = 86_400_000;
const shortestParkMs = 1_000;
/** Wait of a service that is too busy and does not say for how long, ms: most limits count by the minute. */
const usualParkMs = 30_000;

type Headers = Readonly<Record<string, string>>;

/** Milliseconds until a service says that it wants to be asked again, from its headers or Google's body, at most an hour; undefined when it does not say. */
export function retryAfterMs(headers: Headers = {}, body = '', now = Date.now()): number | undefined {
  const wished = firstOf(saidMs(headers, body, now));
  return wished === undefined ? undefined : Math.min(Math.max(wished, 0), longestRetryMs);
}

/** For a service whose limit is reached: the same, else until its limits are full again, from a second to a day; half a minute when nothing says it. */
export function parkForMs(headers: Headers = {}, body = '', now = Date.now()): number {
  const windows = resets(headers, now);
  // Only what is used up holds the next request back; a provider that does not tell which is waited for as a whole.
  const full = [latest(windows.filter(({ remaining }) => remaining === 0)), latest(windows)];
  const wished = firstOf([...saidMs(headers, body, now), ...full]) ?? usualParkMs;
  return Math.min(Math.max(wished, shortestParkMs), longestParkMs);
}

function saidMs(headers: Headers, body: string, now: number): (number | undefined)[] {
  return [numberOf(headers['retry-after-ms']), timeMs(headers['retry-after'], now), fromBody(body)];
}

function firstOf(wishes: readonly (number | undefined)[]): number | undefined {
  return wishes.find((wish) => wish !== undefined && Number.isFinite(wish));
}

type Reset = { remaining: number | undefined; ms: number };

// https://docs.claude.com/en/api/rate-limits (a time of RFC 3339), https://platform.openai.com/docs/guides/rate-limits (a span: 6m0s)
function resets(headers: Headers, now: number): Reset[] {
  return Object.entries(headers).flatMap(([name, text]) => {
    if (!/^(?:anthropic-ratelimit-.+-reset|x-ratelimit-reset(?:-.+)?)$/.test(name)) return [];
    const ms = timeMs(text, now);
    return ms === undefined ? [] : [{ remaining: numberOf(headers[name.replace('reset', 'remaining')]), ms }];
  });
}

function latest(resets: readonly Reset[]): number | undefined {
  return resets.length === 0 ? undefined : Math.max(...resets.map(({ ms }) => ms));
}

/** Seconds, a span (`1m30s`, `20ms`), a moment since 1970 in seconds or milliseconds, or a date; undefined for anything else. */
function timeMs(text: string | undefined, now: number): number | undefined {
  const trimmed = text?.trim() ?? '';
  const number = numberOf(trimmed);
  if (number !== undefined) return number > 1e12 ? number - now : number > 1e9 ? number * 1000 - now : number * 1000;
  return spanMs(trimmed) ?? finite(Date.parse(trimmed) - now);
}

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function spanMs(text: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:ms|[smhd])){1,5}$/.test(text)) return undefined;
  const parts = [...text.matchAll(/([\d.]+)(ms|[smhd])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units], 0);
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

// https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto (RetryInfo)
function fromBody(body: string): number | undefined {
  return spanMs(/"retryDelay"\s*:\s*"([^"]{1,30})"/.exec(body.slice(0, 20_000))?.[1] ?? '');
}
