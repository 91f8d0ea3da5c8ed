import { APICallError } from 'ai';
import type { ApplicationFailure } from '@temporalio/common';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { ModelUsage } from './model.ts';
import { keySetting, type ModelSettings } from './provider.ts';
import { parkForMs, retryAfterMs } from './retryAfter.ts';

/** What a model's failure says to programs. */
export type ModelFailureDetails = {
  status?: number;
  /** Of a rate limit or an overload: after how many milliseconds the provider may be asked again. */
  parkForMs?: number;
  /** What the tries before the failed one have cost. */
  usage: ModelUsage;
};

/** The catalogue's failure for what a provider's client threw; `usage` is of the tries before. */
export function modelFailure(settings: ModelSettings, error: unknown, usage: ModelUsage): ApplicationFailure {
  const name = `${settings.provider}/${settings.model}`;
  const said = whatItSaid(error, settings.key);
  const call = APICallError.isInstance(error) ? error : undefined;
  const status = call?.statusCode;
  if (status === 429 && hasNoCredit(call?.responseBody)) {
    const advice = `the account behind ${keySetting[settings.provider]} has no credit left`;
    return failure('ServiceRefused', `the model ${name} refused the request (${said}): ${advice}`, {
      status,
      usage,
    } satisfies ModelFailureDetails);
  }
  if (status === undefined || status < 300 || isPassing(status)) {
    const busy = isBusy(status);
    const details = { status, usage, ...(busy && { parkForMs: parkForMs(call?.responseHeaders, call?.responseBody) }) };
    const delay = call === undefined ? undefined : retryAfterMs(call.responseHeaders, call.responseBody);
    const message = `the model ${name} ${busy ? 'asks to wait' : 'is away'} (${said}): it is tried again`;
    return failure('ServiceUnavailable', message, details satisfies ModelFailureDetails, undefined, delay);
  }
  return failure('ServiceRefused', `the model ${name} refused the request (${status}, ${said}): ${adviceFor(status, settings)}`, {
    status,
    usage,
  } satisfies ModelFailureDetails);
}

/** Whether a status asks to come again later: a rate limit, or Anthropic's overload. */
export function isBusy(status: number | undefined): boolean {
  return status === 429 || status === 529;
}

/** Whether a 429 means an account without credit, where no waiting helps: https://platform.openai.com/docs/guides/error-codes. */
export function hasNoCredit(body = ''): boolean {
  return /"(?:code|type)"\s*:\s*"insufficient_quota"/.test(body.slice(0, 20_000));
}

function isPassing(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
}

function adviceFor(status: number, settings: ModelSettings): string {
  if (status === 401 || status === 403) return `check ${keySetting[settings.provider]}`;
  if (status === 404) return 'check MODEL_NAME and MAINSTAY_MODEL_URL';
  if (status < 400) return 'it answers with a redirect; set MAINSTAY_MODEL_URL to the final address';
  return `check MODEL_NAME, ${keySetting[settings.provider]} and MAINSTAY_MODEL_URL`;
}

/** Some providers repeat the key in their complaint. */
function whatItSaid(error: unknown, key: string | undefined): string {
  const text = error instanceof Error ? error.message : String(error);
  return plainLine(key === undefined || key === '' ? text : text.replaceAll(key, '****'), 300);
}
