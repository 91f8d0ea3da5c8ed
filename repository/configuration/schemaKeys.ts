import { z } from 'zod';
import type { Place } from './problem.ts';

/** The keys that a schema knows at a place; of all branches where it is a union. */
export function keysAt(schema: z.ZodType, at: Place): string[] {
  let candidates = flatten(schema);
  for (const part of at) candidates = candidates.flatMap((candidate) => child(candidate, part)).flatMap(flatten);
  return [...new Set(candidates.flatMap((candidate) => (candidate instanceof z.ZodObject ? Object.keys(candidate.shape) : [])))];
}

function child(schema: z.core.$ZodType, part: string | number): z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, part) ? [schema.shape[part] as z.core.$ZodType] : [];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  return schema instanceof z.ZodArray ? [schema.element] : [];
}

/** Looks through optional, default, transform and union to the schemas with a shape. */
function flatten(schema: z.core.$ZodType): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return flatten(schema.def.innerType);
  if (schema instanceof z.ZodPipe) return flatten(schema.def.in);
  return schema instanceof z.ZodUnion ? schema.options.flatMap(flatten) : [schema];
}
