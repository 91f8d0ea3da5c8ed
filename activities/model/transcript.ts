import { z } from 'zod';
import { BlobRef } from '../../schemas/nouns.ts';
import type { ArtifactStore } from '../lib/workbench.ts';

/**
 * One step of a talk, and the way to those before. The window holds the newest steps, from `since` on; what is older is in the outline, one line a
 * step. The window grows until it is full, then half of it goes into the outline at once: until then the beginning of what the model is shown stays
 * the same, which providers' caches of prompts reward.
 */
const Link = z.object({
  previous: BlobRef.optional(),
  /** Counted from 1 through the whole talk, also where another loop goes on with it. */
  number: z.number(),
  /** What came of the step before. */
  observed: z.string(),
  /** The step in the model's own words, with long texts cut. */
  said: z.string(),
  headline: z.string(),
  since: z.number(),
  /** Characters of the window with this step. */
  size: z.number(),
  outline: z.string(),
});
export type Link = z.infer<typeof Link>;

/** The window of a talk: its steps in their order, and one line for each of the older ones. */
export type Talk = { newest?: BlobRef; outline: string; steps: Link[] };

export const talkLimits = {
  /** Characters and steps of a full window; about 15,000 tokens. */
  window: 60_000,
  steps: 40,
  /** Characters of all lines about older steps; the oldest are left out. */
  outline: 8_000,
} as const;

/** Reads a talk back to the beginning of its window; nothing older is opened. */
export async function readTalk(store: ArtifactStore, newest: BlobRef | undefined): Promise<Talk> {
  const steps: Link[] = [];
  for (let ref = newest; ref !== undefined;) {
    const link = Link.parse(JSON.parse(Buffer.from(await store.get(ref)).toString('utf8')));
    steps.unshift(link);
    ref = link.number === steps.at(-1)?.since ? undefined : link.previous;
  }
  return { newest, outline: steps.at(-1)?.outline ?? '', steps };
}

/** Adds a step: one write, whatever the length of the talk. */
export async function addStep(store: ArtifactStore, talk: Talk, step: Pick<Link, 'observed' | 'said' | 'headline'>): Promise<BlobRef> {
  const last = talk.steps.at(-1);
  const number = (last?.number ?? 0) + 1;
  const size = (last?.size ?? 0) + sizeOf(step);
  const isFull = size > talkLimits.window || talk.steps.length >= talkLimits.steps;
  const window = isFull ? compacted(talk, step) : { since: last?.since ?? number, size, outline: talk.outline };
  const link: Link = { ...(talk.newest && { previous: talk.newest }), number, ...step, ...window };
  return await store.put(JSON.stringify(link), 'application/json');
}

/** The newest half of the window stays, and at least the newest step. */
function compacted({ steps, outline }: Talk, step: Pick<Link, 'observed' | 'said'>): Pick<Link, 'since' | 'size' | 'outline'> {
  let size = sizeOf(step);
  let first = steps.length;
  for (; first > 0 && steps.length - first + 1 < talkLimits.steps / 2; first--) {
    const more = size + sizeOf(steps[first - 1]!);
    if (more > talkLimits.window / 2) break;
    size = more;
  }
  const old = steps.slice(0, first).map(({ number, headline }) => `${number}. ${headline}`);
  const since = steps[first]?.number ?? (steps.at(-1)?.number ?? 0) + 1;
  return { since, size, outline: bounded([...outline.split('\n').filter(Boolean), ...old]) };
}

/** The newest lines that have room. */
function bounded(lines: readonly string[]): string {
  let from = lines.length;
  for (let size = 0; from > 0; from--) {
    size += (lines[from - 1]?.length ?? 0) + 1;
    if (size > talkLimits.outline) break;
  }
  return lines.slice(from).join('\n');
}

function sizeOf({ observed, said }: Pick<Link, 'observed' | 'said'>): number {
  return observed.length + said.length;
}
