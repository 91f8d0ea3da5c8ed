/** No service's wish holds a run up for longer than this, ms. */
const longestWaitMs = 3_600_000;

/** Milliseconds until a service wants to be asked again, from its headers (seconds or a date) or Google's body; undefined when it does not say. */
export function retryAfterMs(headers: Readonly<Record<string, string>> = {}, body = '', now = Date.now()): number | undefined {
  const wished = fromHeaders(headers, now) ?? fromBody(body);
  return wished === undefined || Number.isNaN(wished) ? undefined : Math.min(Math.max(wished, 0), longestWaitMs);
}

function fromHeaders(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  if (headers['retry-after-ms'] !== undefined) return Number(headers['retry-after-ms']);
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  return /^\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now;
}

// https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto (RetryInfo)
function fromBody(body: string): number | undefined {
  const seconds = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(body.slice(0, 20_000))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
