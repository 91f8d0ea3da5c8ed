import type { Thought } from '../../schemas/mind.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import { plainLines } from '../../schemas/plainText.ts';
import type { ModelAgent, NextStep } from '../developContracts.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import { createCleaner } from '../lib/model/cleaner.ts';
import { fence, shorten } from '../lib/model/fence.ts';
import type { Model, Turn } from '../lib/model/model.ts';
import { createThinker } from '../lib/model/thinker.ts';
import type { ArtifactStore } from '../lib/workbench.ts';
import { headlineOf, type Step, StepAnswer } from './stepAnswer.ts';
import { addStep, readTalk, type Talk } from './transcript.ts';

/** Characters of what the model is shown again: the brief, one observation, and one text of its own. */
const longest = { brief: 60_000, observation: 12_000, said: 4_000 } as const;
const prompts = { coder: 'code', debugger: 'debug' } as const;
const wrapUpWords =
  'Little is left of the steps, tokens or time for this task. Come to an end now: put what is half done into a state that works, and answer with done.';

/** Asks the configured model for one step after the other; fails with `NotConfigured` when there is none. */
export function createModelAgent({ model, store }: { model: Model | undefined; store: ArtifactStore }): ModelAgent {
  const thinker = createThinker({ model, store });
  const clean = createCleaner();

  return {
    async nextStep({ role, brief, transcript, observation, wrapUp, key }): Promise<Thought<NextStep>> {
      return await whileHeartbeating(async (signal) => {
        const talk = await readTalk(store, transcript);
        const came = observation === undefined ? '' : await textOf(store, observation);
        // Half of a secret would not be recognised: it is looked for before most of what is left out is cut.
        const observed = shorten(await clean(shorten(came, 3 * longest.observation), 'output.txt'), longest.observation);
        const thought = await thinker.think({
          key,
          agent: `${role}@1`,
          prompt: prompts[role],
          values: {
            brief: { label: 'brief', data: await textOf(store, brief), most: longest.brief },
            before: talk.outline === '' ? 'none' : { label: 'earlier steps', data: talk.outline, most: Infinity },
          },
          turns: turnsOf(talk, observed, wrapUp),
          schema: StepAnswer,
          steps: 1,
          signal,
        });
        if (thought.kind === 'wait') return thought;

        const { action } = thought.value;
        const headline = headlineOf(action);
        const value: NextStep = {
          transcript: await addStep(store, talk, { observed, said: saidOf(thought.value), headline }),
          step: await store.put(JSON.stringify(action), 'application/json'),
          kind: action.kind,
          headline,
          ...(action.kind === 'done' && { summary: plainLines(action.summary).trim() }),
        };
        return { ...thought, value };
      });
    },
  };
}

/** Steps as the model's turns, and what came of each as the user's; the prompt itself is the user's first. */
function turnsOf({ steps }: Talk, observed: string, wrapUp: boolean): Turn[] {
  const turns = steps.flatMap(({ said }, i): Turn[] => [
    { role: 'assistant', content: said },
    { role: 'user', content: shown(steps[i + 1]?.observed ?? observed) },
  ]);
  if (!wrapUp) return turns;
  const last = turns.pop();
  const words = last === undefined ? wrapUpWords : `${last.content}\n\n${wrapUpWords}`;
  return last === undefined ? [{ role: 'user', content: words }] : [...turns, { role: 'user', content: words }];
}

function shown(observation: string): string {
  return `What came of it:\n${fence({ label: 'observation', data: observation, most: Infinity })}\n\nYour next step.`;
}

/** The step in the form of an answer, without what it did not use, long texts cut. */
function saidOf({ thought, action }: Step): string {
  const { kind, ...fields } = action;
  const name = action.kind === 'edit' && action.text === null ? 'remove' : kind;
  const cut = Object.entries({ thought, action: name, ...fields })
    .filter(([, value]) => value !== null)
    .map(([field, value]) => [field, typeof value === 'string' ? shorten(value, longest.said) : value]);
  return JSON.stringify(Object.fromEntries(cut));
}

async function textOf(store: ArtifactStore, ref: BlobRef): Promise<string> {
  return Buffer.from(await store.get(ref)).toString('utf8');
}
