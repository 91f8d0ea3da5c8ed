import { expect, it } from 'vitest';
import { createArtifactStore } from '../../../activities/lib/store.ts';
import type { ArtifactStore } from '../../../activities/lib/workbench.ts';
import { addStep, readTalk, talkLimits } from '../../../activities/model/transcript.ts';
import type { BlobRef } from '../../../schemas/nouns.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';

/** A store that counts what is read and how much is written. */
async function countingStore(): Promise<{ store: ArtifactStore; count: { gets: number; puts: number; bytes: number } }> {
  const store = createArtifactStore({ home: await temporaryFolder() });
  const count = { gets: 0, puts: 0, bytes: 0 };
  return {
    count,
    store: {
      ...store,
      get: (ref) => (count.gets++, store.get(ref)),
      put: (content, type) => ((count.puts++, (count.bytes += content.length)), store.put(content, type)),
    },
  };
}

it.each([
  ['short', 20],
  ['long', 9_000],
])('stays bounded over 500 steps with %s observations', async (_, length) => {
  const { store, count } = await countingStore();
  let newest: BlobRef | undefined;
  let compactions = 0;
  let talk = await readTalk(store, newest);
  for (let number = 1; number <= 500; number++) {
    Object.assign(count, { gets: 0, puts: 0, bytes: 0 });
    const before = talk.steps.length;
    newest = await addStep(store, talk, { observed: 'o'.repeat(length), said: `said ${number}`, headline: `step ${number}` });
    talk = await readTalk(store, newest);
    expect(count.puts).toBe(1);
    expect(count.gets).toBeLessThanOrEqual(talkLimits.steps);
    expect(count.bytes).toBeLessThan(length + talkLimits.outline + 1_000);

    const { steps, outline } = talk;
    expect(steps.map((link) => link.number)).toEqual(Array.from(steps, (__, i) => number - steps.length + 1 + i));
    expect(steps.reduce((sum, { observed, said }) => sum + observed.length + said.length, 0)).toBeLessThanOrEqual(talkLimits.window);
    expect(outline.length).toBeLessThanOrEqual(talkLimits.outline);
    // No step is lost between outline and window.
    if (number > steps.length) expect(outline).toMatch(new RegExp(`(?:^|\\n)${number - steps.length}\\. step ${number - steps.length}$`));
    else expect(outline).toBe('');
    if (steps.length < before) compactions++;
  }
  // The beginning of what is shown stays the same most of the time.
  expect(compactions).toBeLessThan(500 / 3);
  expect(compactions).toBeGreaterThan(10);
});

it('keeps the newest step, however large it is', async () => {
  const { store } = await countingStore();
  const first = await addStep(store, await readTalk(store, undefined), { observed: '', said: 'a', headline: 'a' });
  const huge = { observed: 'o'.repeat(100_000), said: 'b', headline: 'b' };
  const talk = await readTalk(store, await addStep(store, await readTalk(store, first), huge));
  expect(talk.steps.map(({ said }) => said)).toEqual(['b']);
  expect(talk.outline).toBe('1. a');
});

it('gives the same link for the same step', async () => {
  const { store } = await countingStore();
  const step = { observed: 'o', said: 's', headline: 'h' };
  expect(await addStep(store, await readTalk(store, undefined), step)).toEqual(
    await addStep(store, await readTalk(store, undefined), step),
  );
});
