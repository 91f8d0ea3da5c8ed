import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import type { GitHubSettings } from './client.ts';

/** Longest time of one request: GitHub itself ends one after ten seconds, the rest is for the way. */
const requestTimeoutMs = 30_000;

const Throttled = Octokit.plugin(throttling);
const quiet = () => undefined;

/** An Octokit as all of ours are: a time limit for each request, no retries, nothing on the console; with `auth`'s credentials, or none. */
export function openOctokit({ api, throttle }: Pick<GitHubSettings, 'api' | 'throttle'>, auth: object = {}): Octokit {
  return new Throttled({
    baseUrl: api,
    userAgent: 'mainstay',
    request: { fetch: fetchWithinTime },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    // Spaces requests as GitHub asks for; what it refuses nonetheless waits in Temporal.
    throttle: { enabled: throttle, onRateLimit: () => false, onSecondaryRateLimit: () => false },
    ...auth,
  });
}

async function fetchWithinTime(url: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  const limit = AbortSignal.timeout(requestTimeoutMs);
  return await fetch(url, { ...init, signal: init.signal == null ? limit : AbortSignal.any([init.signal, limit]) });
}
