import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { addresses, keySetting, type ModelSettings } from './provider.ts';

const Models = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Asks the provider for the model of the settings, which costs no tokens. Fails with what is wrong in the settings. */
export async function lookAtModel(settings: ModelSettings, signal: AbortSignal): Promise<void> {
  const { provider, model, url } = settings;
  const name = `${provider}/${model}`;
  const base = (url ?? addresses[provider]).replace(/\/+$/, '');
  const address = provider === 'openai' ? `${base}/models` : `${base}/models/${encodeURIComponent(model)}`;
  const response = await reach(address, settings, signal);
  const { status } = response;
  if (status === 401 || status === 403) throw failure('ServiceRefused', `${name} refused the key: check ${keySetting[provider]}`);
  if (status === 404) throw failure('ServiceRefused', `${name} was not found: check MODEL_NAME and MAINSTAY_MODEL_URL`);
  if (status !== 200) {
    throw failure('ServiceRefused', `${name} answered ${status}: check MODEL_NAME, ${keySetting[provider]} and MAINSTAY_MODEL_URL`);
  }
  if (provider !== 'openai') return;
  const listed = Models.safeParse(await response.json().catch(() => undefined)).data?.data.map(({ id }) => id);
  if (listed === undefined) throw failure('ServiceRefused', `${name} does not answer like OpenAI's API: check MAINSTAY_MODEL_URL`);
  if (!listed.includes(model)) {
    throw failure('ServiceRefused', `there is no model ${model}, but ${plainLine(listed.slice(0, 5).join(', '), 200)}: check MODEL_NAME`);
  }
}

async function reach(address: string, { provider, model, key }: ModelSettings, signal: AbortSignal): Promise<Response> {
  const headers = {
    google: { 'x-goog-api-key': key ?? '' },
    anthropic: { 'x-api-key': key ?? '', 'anthropic-version': '2023-06-01' },
    openai: key === undefined ? {} : { authorization: `Bearer ${key}` },
  } as const satisfies Record<ModelSettings['provider'], Record<string, string>>;
  try {
    // A redirect would carry the key to another host.
    return await fetch(address, { headers: headers[provider], redirect: 'manual', signal });
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw failure('ServiceUnavailable', `${provider}/${model} cannot be reached (${plainLine(cause, 200)}): check MAINSTAY_MODEL_URL`);
  }
}
