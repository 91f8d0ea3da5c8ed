import { TemporalFailure } from '@temporalio/common';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { waitOf } from './rateLimit.ts';

/** What Octokit throws: GitHub's answer, or a 500 without an answer when there was none. */
const HttpError = z.object({
  name: z.literal('HttpError'),
  status: z.number(),
  message: z.string(),
  request: z.object({ method: z.string(), url: z.string() }),
  response: z.object({ headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()) }).optional(),
});
export type HttpError = z.infer<typeof HttpError>;

const advice: Readonly<Record<number, string>> = {
  401: 'check MAINSTAY_GITHUB_TOKEN, or MAINSTAY_GITHUB_APP_ID and MAINSTAY_GITHUB_PRIVATE_KEY, and that they have not expired or been revoked',
  403: 'check the permissions of the GitHub App or token, and that the owner of the account has accepted them; writing checks needs an App',
  404: 'check that it exists, and that the GitHub App is installed there, or the token may see it',
  410: 'it was deleted, or turned off in the settings of the repository',
  422: 'what was asked for does not fit what is there now',
  451: 'GitHub has blocked it for legal reasons',
};

/** Asks GitHub, or reads its answer; every error comes out as `ServiceRefused` or `ServiceUnavailable`. Wraps every call. */
export async function asking<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateGitHub(error);
  }
}

/**
 * The catalogue's failure for an error of Octokit. A rate limit carries the time that GitHub asked for as `nextRetryDelay`, so that
 * Temporal waits by a timer and no worker does. What is a failure already, or a cancellation, comes back as it is.
 */
export function translateGitHub(error: unknown): unknown {
  if (error instanceof TemporalFailure) return error;
  if (error instanceof z.ZodError) return unreadable(error);
  const http = HttpError.safeParse(error);
  if (!http.success) return ofConnection(error);

  const { status, message, request, response } = http.data;
  const asked = `${request.method} ${pathOf(request.url)}`;
  const said = message.replaceAll(/\s+/g, ' ').slice(0, 300);
  const wait = waitOf(http.data);
  if (wait !== undefined) {
    const seconds = Math.ceil(wait / 1000);
    const text = `GitHub's rate limit is reached (${asked}): it is asked again in ${seconds} s; many such waits mean too many runs for one App or token`;
    return failure('ServiceUnavailable', text, { status, seconds }, error, wait);
  }
  if (response === undefined) {
    return failure(
      'ServiceUnavailable',
      `GitHub could not be reached (${asked}: ${said}); check the network and MAINSTAY_GITHUB_API`,
      {},
      error,
    );
  }
  if (status >= 500 || status === 408) {
    return failure('ServiceUnavailable', `GitHub answered ${status} (${asked}); it is asked again`, { status }, error);
  }
  const check = advice[status] ?? 'check MAINSTAY_GITHUB_API';
  return failure('ServiceRefused', `GitHub refused ${asked} with ${status}: ${said}; ${check}`, { status }, error);
}

/** The status of GitHub's answer that a failure of this file stands for. */
export function refusedStatus(error: unknown): number | undefined {
  if (!(error instanceof TemporalFailure) || !('details' in error)) return undefined;
  return z.object({ status: z.number() }).safeParse((error.details as unknown[] | undefined)?.[0]).data?.status;
}

function unreadable(error: z.ZodError): unknown {
  const [issue] = error.issues;
  const where = issue?.path.join('.') || 'the answer';
  const text = `GitHub's answer cannot be read (${where}: ${issue?.message}); check that MAINSTAY_GITHUB_API is the address of its API`;
  return failure('ServiceRefused', text, undefined, error);
}

/** Timeouts and connections that broke before Octokit made its own error of it. */
function ofConnection(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { cause } = error;
  const code = 'code' in error ? error.code : cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const isLost = error.name === 'TimeoutError' || (typeof code === 'string' && /^(?:E[A-Z]+|UND_ERR_\w+)$/.test(code));
  if (!isLost) return error;
  return failure(
    'ServiceUnavailable',
    `GitHub could not be reached (${error.message}); check the network and MAINSTAY_GITHUB_API`,
    {},
    error,
  );
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url.split('?')[0] || url;
}
