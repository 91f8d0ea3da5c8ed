import { lookAtModel as askProvider } from '../../../activities/lib/model/lookAtModel.ts';
import type { ModelSettings } from '../../../config/services.ts';
import { absent, answering } from './answering.ts';
import type { Part } from './part.ts';

const service = {
  name: 'model',
  costs: 'rules decide alone: reviews have no second opinion',
  fix: 'set MODEL_NAME, and GOOGLE_API_KEY, ANTHROPIC_API_KEY, OPENAI_API_KEY or MAINSTAY_MODEL_URL (docs/review.md)',
};

/** The model of the settings; it is asked for, and not asked anything. */
export async function lookAtModel(settings: ModelSettings | undefined): Promise<Part> {
  if (settings === undefined) return absent(service);
  const { provider, model, url, key = '' } = settings;
  const ask = async (signal: AbortSignal) => {
    await askProvider(settings, signal);
    return `${provider}/${model}${url === undefined ? '' : ` at ${new URL(url).host}`}`;
  };
  return await answering(service, { ask, secrets: [key] });
}
