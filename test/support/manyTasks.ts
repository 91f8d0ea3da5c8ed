import type { Answerer } from './openModelServer.ts';
import { type Feature, scriptedModel } from './scriptedModel.ts';

type Planned = { tasks: Record<string, unknown>[] };

/** A scripted model whose plan has one task per feature, named like it, none of which needs another. */
export function planOfMany(features: readonly Feature[]): Answerer {
  const model = scriptedModel(features);
  return async (asked, index) => {
    if (!asked.system.startsWith('You plan software work. You are given')) return await model(asked, index);
    const plans = features.map(async ({ name }) => {
      const { tasks } = (await model({ ...asked, text: `[${name}]` }, index)) as Planned;
      return { ...tasks[0], id: name };
    });
    return { summary: 'several functions', tasks: await Promise.all(plans) };
  };
}
