import type { z } from 'zod';
import { failure } from '../schemas/failures.ts';
import { nearest } from '../schemas/nearest.ts';

/** The value as the schema wants it, defaults filled in; else `InvalidInput` with every field that is wrong and the nearest known key. */
export function parseInput<Schema extends z.ZodObject>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const known = Object.keys(schema.shape);
  const problems = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
      return issue.keys.map((key) => `unknown input ${key}${nearest(key, known)}`).join('; ');
    }
    return `${issue.path.join('.') || 'input'}: ${issue.message}`;
  });
  throw failure('InvalidInput', problems.join('; '), { problems });
}
