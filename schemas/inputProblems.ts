import type { z } from 'zod';
import { nearest } from './nearest.ts';

/** Every problem of an input that its schema refused, one text each: the field and what is wrong, or the nearest known key. */
export function inputProblems(schema: z.ZodType, error: z.ZodError): string[] {
  const known = 'shape' in schema ? Object.keys(schema.shape as object) : [];
  return error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
      return issue.keys.map((key) => `unknown input ${key}${nearest(key, known)}`).join('; ');
    }
    return `${issue.path.join('.') || 'input'}: ${issue.message}`;
  });
}
