import { APICallError } from 'ai';
import type { ApplicationFailure } from '@temporalio/common';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { keySetting, type ModelSettings } from './provider.ts';
import { retryAfterMs } from './retryAfter.ts';

/** The catalogue's failure for what a provider's client threw. */
export function modelFailure(settings: ModelSettings, error: unknown): ApplicationFailure {
  const name = `${settings.provider}/${settings.model}`;
  const said = whatItSaid(error, settings.key);
  const status = APICallError.isInstance(error) ? error.statusCode : undefined;
  if (!APICallError.isInstance(error) || status === undefined || status < 300 || isPassing(status)) {
    const delay = APICallError.isInstance(error) ? retryAfterMs(error.responseHeaders, error.responseBody) : undefined;
    const reason = status === 429 ? 'asks to wait' : 'is away';
    return failure('ServiceUnavailable', `the model ${name} ${reason} (${said}): it is tried again`, { status }, undefined, delay);
  }
  return failure('ServiceRefused', `the model ${name} refused the request (${status}, ${said}): ${adviceFor(status, settings)}`, {
    status,
  });
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
