import { z } from 'zod';
import { RepositoryPath } from './todoList.ts';

const line = z.string().max(2000);
const Type = z.string().min(1).max(500);

const Field = z.strictObject({
  name: z.string().min(1).max(200),
  /** In the words of the contract's language: `number[]`, `str | None`. */
  type: Type,
  required: z.boolean().default(true),
  description: line.default(''),
});

const Example = z.strictObject({
  title: z.string().min(1).max(200),
  /** Arguments by name; for an endpoint `params`, `query`, `body`. */
  input: z.record(z.string(), z.unknown()),
  output: z.unknown(),
});

/** Something that the code offers to others. */
const Interface = z.strictObject({
  name: z.string().min(1).max(200),
  kind: z.enum(['function', 'class', 'method', 'constant', 'endpoint', 'command']),
  /** File that offers it. */
  module: RepositoryPath,
  /** Class of a method. */
  of: z.string().max(200).optional(),
  /** Of an endpoint: where it answers, with `{name}` for parameters. */
  http: z
    .strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']),
      path: z.string().startsWith('/').max(300),
      status: z.number().int(),
    })
    .optional(),
  description: line,
  parameters: z.array(Field).max(30).default([]),
  returns: z.strictObject({ type: Type, description: line.default('') }),
  exceptions: z
    .array(z.strictObject({ type: Type, when: line, status: z.number().int().optional() }))
    .max(30)
    .default([]),
  examples: z.array(Example).max(30).default([]),
});
export type Interface = z.infer<typeof Interface>;

/** What the architect promises about one task, before any code. Published as `contract.json` (requirement V3). */
export const Contract = z.strictObject({
  task_id: z.string().min(1).max(100),
  /** 1 for the first; a spec mismatch makes the next. */
  version: z.number().int().positive(),
  title: z.string().min(1).max(200),
  language: z.enum(['typescript', 'javascript', 'python', 'go', 'rust', 'other']),
  interfaces: z.array(Interface).max(100),
  data_models: z
    .array(z.strictObject({ name: z.string().min(1).max(200), description: line.default(''), fields: z.array(Field).max(100) }))
    .max(100)
    .default([]),
  /** What tests must show, one by one. */
  test_skeletons: z
    .array(z.strictObject({ name: z.string().min(1).max(300), interface: z.string().max(200), given: line, when: line, expect: line }))
    .max(200),
  /** Documentation of the interfaces for people, Markdown. */
  docs: z.string().max(50_000).default(''),
});
export type Contract = z.infer<typeof Contract>;
