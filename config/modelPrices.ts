import { z } from 'zod';

/** US dollars per million tokens, for a model's exact name, or for all names that begin with what stands before a `*` at the end. */
export type ModelPrice = { model: string; input: number; output: number };

const form = 'gemini-2.5-pro=1.25/10, claude-*=3/15';
const entry = /^([^\s=,*]+\*?|\*)\s*=\s*(\d+(?:\.\d+)?)\s*\/\s*(\d+(?:\.\d+)?)$/;

/** `model=input/output, …` as a table. What cannot be read is named, with the right form. */
export const ModelPrices = z.string().transform((text, context): ModelPrice[] => {
  const parts = text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  return parts.flatMap((part) => {
    const [, model, input, output] = entry.exec(part) ?? [];
    if (model !== undefined) return [{ model, input: Number(input), output: Number(output) }];
    context.addIssue({
      code: 'custom',
      message: `${JSON.stringify(part)} is not model=input/output in US dollars per million tokens, for example ${form}`,
    });
    return [];
  });
});
