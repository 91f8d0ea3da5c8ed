import { generateText, type ModelMessage, NoObjectGeneratedError, Output } from 'ai';
import { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { modelFailure } from './modelFailure.ts';
import { costOf, priceOf } from './price.ts';
import { languageModel, type ModelSettings } from './provider.ts';

/** One part of a talk with a model. */
export type Turn = { role: 'user' | 'assistant'; content: string };

/** What is asked of a model. Nothing of the process's environment is added to it. */
export type Question<T> = {
  system: string;
  /** A text, or a talk that ends with the user's turn. */
  prompt: string | readonly Turn[];
  /** The model is shown the shape of what goes in; what its pipes and checks find wrong is put right within the repairs. */
  schema: z.ZodType<T>;
  maxOutputTokens?: number;
  signal?: AbortSignal;
};

/** Tokens of all tries together, and US dollars; null when the model's price is not in the configuration. */
export type ModelUsage = { inputTokens: number; outputTokens: number; usd: number | null };

/** A model that answers in a given shape. */
export type Model = {
  name: string;
  /**
   * Fails with `ModelFailed` when the answer has not the shape after two repairs, with `ServiceRefused` naming the setting that is
   * wrong, and with `ServiceUnavailable`, with the delay that the service asked for, when it is away or busy. Details: `ModelFailureDetails`.
   */
  ask<T>(question: Question<T>): Promise<{ object: T; usage: ModelUsage }>;
};

/** How often a model may put right an answer that has not the asked shape. */
const repairs = 2;
const defaultOutputTokens = 8_000;
/** Longest wait for one answer, ms: a large answer of a slow model takes a few minutes, more is a hanging connection. */
const answerWithinMs = 300_000;
/** Characters of a bad answer that are shown to the model again. */
const longestEcho = 20_000;

/** The model of the settings; undefined without settings, so that whoever would ask can say that there is none. */
export function createModel(settings?: ModelSettings): Model | undefined {
  if (settings === undefined) return undefined;
  const model = languageModel(settings);
  const price = priceOf(settings.prices ?? [], settings.model);
  const name = `${settings.provider}/${settings.model}`;

  async function answer<T>(question: Question<T>, messages: ModelMessage[], before: ModelUsage) {
    const timeout = AbortSignal.timeout(answerWithinMs);
    try {
      return await generateText({
        model,
        instructions: question.system,
        messages,
        output: Output.object({ schema: question.schema }),
        maxOutputTokens: settings!.outputTokens ?? question.maxOutputTokens ?? defaultOutputTokens,
        maxRetries: 0,
        abortSignal: question.signal === undefined ? timeout : AbortSignal.any([question.signal, timeout]),
      });
    } catch (error) {
      question.signal?.throwIfAborted();
      if (NoObjectGeneratedError.isInstance(error)) return error;
      throw modelFailure(settings!, error, before);
    }
  }

  return {
    name,
    async ask<T>(question: Question<T>) {
      let usage: ModelUsage = { inputTokens: 0, outputTokens: 0, usd: costOf(price, { inputTokens: 0, outputTokens: 0 }) };
      const asked: ModelMessage[] =
        typeof question.prompt === 'string' ? [{ role: 'user', content: question.prompt }] : [...question.prompt];
      let again: ModelMessage[] = [];
      let complaint = '';
      for (let attempt = 0; attempt <= repairs; attempt++) {
        const result = await answer(question, [...asked, ...again], usage);
        const inputTokens = usage.inputTokens + (result.usage?.inputTokens ?? 0);
        const outputTokens = usage.outputTokens + (result.usage?.outputTokens ?? 0);
        usage = { inputTokens, outputTokens, usd: costOf(price, { inputTokens, outputTokens }) };
        if (!NoObjectGeneratedError.isInstance(result)) return { object: result.output, usage };
        complaint = complaintOf(result);
        again = askAgain(result.text ?? '', complaint);
      }
      throw failure(
        'ModelFailed',
        `${name} gave no answer of the asked shape in ${repairs + 1} tries (${complaint}): set MODEL_NAME to a model with structured output, or MAINSTAY_MODEL_OUTPUT_TOKENS higher when answers are cut off`,
        { usage },
      );
    },
  };
}

function askAgain(text: string, complaint: string): ModelMessage[] {
  return [
    { role: 'assistant', content: text.trim() === '' ? '(no answer)' : text.slice(0, longestEcho) },
    {
      role: 'user',
      content: `That answer cannot be used: ${complaint}. Answer again with one JSON object that fits the schema, and nothing else.`,
    },
  ];
}

function complaintOf(error: NoObjectGeneratedError): string {
  if (error.finishReason === 'length') return 'it was cut off at the longest answer that is allowed; be shorter';
  if (error.finishReason === 'content-filter') return "the provider's content filter held it back";
  const inner = error.cause instanceof Error && error.cause.cause instanceof Error ? error.cause.cause : error.cause;
  if (inner instanceof z.core.$ZodError) return plainLine(z.prettifyError(inner).replaceAll('\n', ' '), 1000);
  return plainLine(inner instanceof Error ? inner.message : error.message, 1000);
}
