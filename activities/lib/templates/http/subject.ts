import { z } from 'zod';
import { failure } from '../../../../schemas/failures.ts';

export const operations = ['list', 'create', 'read', 'update', 'delete'] as const;
export type Operation = (typeof operations)[number];

export const kinds = ['text', 'number', 'integer', 'boolean', 'date', 'timestamp', 'email', 'url', 'choice'] as const;
export type Kind = (typeof kinds)[number];

export const FieldName = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/);
export const ResourceName = z.string().regex(/^[a-z]{2,30}(?: [a-z]{2,30}){0,2}$/);
/** A value of a choice; without quotes and control characters, since it is shown in sentences. */
export const Choice = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 _.-]{0,38}[A-Za-z0-9]$|^[A-Za-z0-9]$/);

const Field = z.strictObject({
  name: FieldName,
  kind: z.enum(kinds),
  required: z.boolean(),
  /** Of a number the least and greatest value, of a text its length in characters. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** Of a number: greater than, less than. */
  above: z.number().optional(),
  below: z.number().optional(),
  choices: z.array(Choice).min(2).max(20).optional(),
});
export type Field = z.infer<typeof Field>;

const Resource = z.strictObject({
  plural: ResourceName,
  singular: ResourceName,
  fields: z.array(Field).min(1).max(40),
  operations: z.array(z.enum(operations)).min(1),
  filters: z.array(FieldName),
});
export type Resource = z.infer<typeof Resource>;

/** What a request for a service means. */
export const ServiceSubject = z.strictObject({ resources: z.array(Resource).min(1).max(10) });
export type ServiceSubject = z.infer<typeof ServiceSubject>;

/** The subject as it came back from a run; `InvalidInput` when it is not one of this template's. */
export function asService(subject: Record<string, unknown>): ServiceSubject {
  const result = ServiceSubject.safeParse(subject);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw failure(
    'InvalidInput',
    `subject: ${issue?.path.join('.')}: ${issue?.message}; plan the request again with the template http-service`,
  );
}

/** How a resource is called in code: `books`, `Book`, `/blog-posts`. */
export function namesOf({ plural, singular }: Pick<Resource, 'plural' | 'singular'>): {
  type: string;
  variable: string;
  file: string;
  path: string;
} {
  const kebab = plural.replaceAll(' ', '-');
  const variable = camel(plural);
  const type = camel(singular).replace(/^./, (letter) => letter.toUpperCase());
  return { type, variable, file: variable, path: `/${kebab}` };
}

/** `first name` as `firstName`. */
export function camel(words: string): string {
  return words.replaceAll(/[ _-]+([A-Za-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
