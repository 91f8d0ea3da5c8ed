import type { z } from 'zod';
import { failure } from '../schemas/failures.ts';
import { inputProblems } from '../schemas/inputProblems.ts';

/** The value as the schema wants it, defaults filled in; else `InvalidInput` with every field that is wrong and the nearest known key. */
export function parseInput<Schema extends z.ZodObject>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = inputProblems(schema, parsed.error);
  throw failure('InvalidInput', problems.join('; '), { problems });
}
