import { generateText, type ModelMessage, NoObjectGeneratedError, Output } from 'ai';
import type { z } from 'zod';
import { failure } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { modelFailure } from './modelFailure.ts';
import { languageModel, type ModelSettings } from './provider.ts';

/** What is asked of a model. Nothing of the process's environment is added to it. */
export type Question<T> = {
  system: string;
  prompt: string;
  schema: z.ZodType<T>;
  maxOutputTokens?: number;
  signal?: AbortSignal;
};

/** Tokens of all tries together. */
export type ModelUsage = { inputTokens: number; outputTokens: number };

/** A model that answers in a given shape. */
export type Model = {
  name: string;
  /**
   * Fails with `ModelFailed` when the answer has not the shape after two repairs, with `ServiceRefused` naming the setting that is
   * wrong, and with `ServiceUnavailable`, with the delay that the service asked for, when it is away or busy.
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

  async function answer<T>(question: Question<T>, messages: ModelMessage[]) {
    const timeout = AbortSignal.timeout(answerWithinMs);
    try {
      return await generateText({
        model,
        instructions: question.system,
        messages,
        output: Output.object({ schema: question.schema }),
        maxOutputTokens: question.maxOutputTokens ?? defaultOutputTokens,
        maxRetries: 0,
        abortSignal: question.signal === undefined ? timeout : AbortSignal.any([question.signal, timeout]),
      });
    } catch (error) {
      question.signal?.throwIfAborted();
      if (NoObjectGeneratedError.isInstance(error)) return error;
      throw modelFailure(settings!, error);
    }
  }

  return {
    name: `${settings.provider}/${settings.model}`,
    async ask<T>(question: Question<T>) {
      const usage: ModelUsage = { inputTokens: 0, outputTokens: 0 };
      const messages: ModelMessage[] = [{ role: 'user', content: question.prompt }];
      let complaint = '';
      for (let attempt = 0; attempt <= repairs; attempt++) {
        const result = await answer(question, messages);
        usage.inputTokens += result.usage?.inputTokens ?? 0;
        usage.outputTokens += result.usage?.outputTokens ?? 0;
        if (!NoObjectGeneratedError.isInstance(result)) return { object: result.output, usage };
        complaint = complaintOf(result);
        messages.splice(1, Infinity, ...askAgain(result.text ?? '', complaint));
      }
      throw failure(
        'ModelFailed',
        `${settings.provider}/${settings.model} gave no answer of the asked shape in ${repairs + 1} tries (${complaint}): set MODEL_NAME to a model with structured output`,
        { ...usage },
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
  return plainLine(inner instanceof Error ? inner.message : error.message, 1000);
}
