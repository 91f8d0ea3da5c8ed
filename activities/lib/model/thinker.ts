import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { failure, failureType } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { Provenance, type Thought, Usage } from '../../../schemas/mind.ts';
import type { SourceReader } from '../source.ts';
import type { Template } from '../templates/template.ts';
import type { ArtifactStore } from '../workbench.ts';
import type { Model, ModelUsage, Turn } from './model.ts';
import type { ModelFailureDetails } from './modelFailure.ts';
import { type PromptName, renderPrompt, type Values } from './prompt.ts';

export type Thinking<T, Name extends PromptName> = {
  /** Names this thought among all; a repeated attempt with the same key finds the answer that was paid for. */
  key: string;
  /** `architect@1`. */
  agent: string;
  prompt: Name;
  values: Values<Name>;
  /** What was said after the prompt; ends with the user's turn. */
  turns?: readonly Turn[];
  /** Answers plain JSON. */
  schema: z.ZodType<T>;
  /** Steps of a loop that this thought counts as; 0 outside of a loop. */
  steps?: number;
  signal?: AbortSignal;
};

export type Thinker = {
  /** False: no model is configured. */
  configured: boolean;
  /** Fails with `NotConfigured` without a model, and as `Model.ask` does, except for rate limits, which are answered. */
  think<T, Name extends PromptName>(thinking: Thinking<T, Name>): Promise<Thought<T>>;
};

/** What a role is made of that thinks by template or model. */
export type MindParts = {
  /** Absent: only templates answer. */
  model: Model | undefined;
  store: ArtifactStore;
  sources: SourceReader;
  templates?: readonly Template[];
};

/** How a person gives Mainstay a model; the end of a sentence. */
export const howToConfigure =
  'set MODEL_NAME and one of GOOGLE_API_KEY, ANTHROPIC_API_KEY, OPENAI_API_KEY, or MAINSTAY_MODEL_URL of a server that needs no key';

/** Whole files and contracts are long answers; most models of today answer as much. */
const mostOutputTokens = 16_000;

const Kept = z.object({ value: z.unknown(), usage: Usage, by: Provenance });
const Spent = z.object({ inputTokens: z.number(), outputTokens: z.number(), usd: z.number().nullable() });

/** Asks a model the questions of `prompts`, each once: answers are kept in the store before they are given. */
export function createThinker({ model, store }: { model: Model | undefined; store: ArtifactStore }): Thinker {
  return {
    configured: model !== undefined,
    async think<T, Name extends PromptName>(thinking: Thinking<T, Name>): Promise<Thought<T>> {
      if (model === undefined) throw failure('NotConfigured', `no model is configured: ${howToConfigure}`);
      const { system, user, hash } = await renderPrompt(thinking.prompt, thinking.values);
      const named = (kind: string) => hashOf([kind, thinking.key, thinking.prompt, hash, model.name]);

      const kept = Kept.safeParse(await store.recall(named('thought')));
      if (kept.success) return { kind: 'answer', ...(kept.data as { value: T; usage: Usage; by: Provenance }) };

      const spent = Spent.safeParse(await store.recall(named('spent'))).data;
      const { schema, signal, turns = [] } = thinking;
      const prompt: Turn[] = [{ role: 'user', content: user }, ...turns];
      try {
        const { object, usage } = await model.ask({ system, prompt, schema, signal, maxOutputTokens: mostOutputTokens });
        const all = { steps: thinking.steps ?? 0, ...sumOf(usage, spent) };
        const answer = { value: object, usage: all, by: { agent: thinking.agent, mind: model.name, prompt: hash } };
        await store.remember(named('thought'), answer);
        return { kind: 'answer', ...answer };
      } catch (error) {
        const details = detailsOf(error);
        // What the tries before the failed one have cost is paid: it counts when the answer comes.
        if (details !== undefined && details.usage.inputTokens > 0) await store.remember(named('spent'), sumOf(details.usage, spent));
        if (details?.parkForMs === undefined) throw error;
        const until = new Date(Date.now() + details.parkForMs).toISOString();
        return { kind: 'wait', until, reason: plainLine((error as Error).message.replace(/: it is tried again$/, ''), 400) };
      }
    },
  };
}

function detailsOf(error: unknown): ModelFailureDetails | undefined {
  const known = ['ServiceUnavailable', 'ServiceRefused', 'ModelFailed'].includes(failureType(error) ?? '');
  return known && error instanceof ApplicationFailure ? (error.details?.[0] as ModelFailureDetails | undefined) : undefined;
}

function sumOf(usage: ModelUsage, before: ModelUsage | undefined): ModelUsage {
  if (before === undefined) return usage;
  return {
    inputTokens: usage.inputTokens + before.inputTokens,
    outputTokens: usage.outputTokens + before.outputTokens,
    usd: usage.usd === null || before.usd === null ? null : usage.usd + before.usd,
  };
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
