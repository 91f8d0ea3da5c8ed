import type { z } from 'zod';
import { nearest } from '../../schemas/nearest.ts';
import type { Fault, Place } from './problem.ts';
import { keysAt } from './schemaKeys.ts';

type Issue = z.core.$ZodIssue;

/** What a schema's check found, in words for the person who wrote the file: unknown keys with the nearest known one, wrong types with the right one. */
export function schemaFaults(schema: z.ZodType, error: z.ZodError, value: unknown): Fault[] {
  return error.issues.flatMap((issue) => faultsOfIssue(schema, issue, [], value));
}

function faultsOfIssue(schema: z.ZodType, issue: Issue, above: Place, root: unknown): Fault[] {
  const at = [...above, ...issue.path] as Place;
  const written = valueAt(root, at);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ at: [...at, key], onKey: true, problem: 'unknown key', fix: suggestion(key, keysAt(schema, at)) }));
    case 'invalid_union':
      return faultsOfUnion(schema, issue, at, root);
    case 'invalid_key':
      return [{ at, onKey: true, problem: issue.issues[0]?.message ?? 'not a name', fix: 'rename it' }];
    case 'invalid_value':
      return [
        {
          at,
          problem: `${show(written)} is not known here`,
          fix: suggestion(typeof written === 'string' ? written : show(written), issue.values.map(String)),
        },
      ];
    case 'invalid_type':
      if (written === undefined) return [{ at, problem: 'is missing', fix: `add it: ${article(issue.expected)}` }];
      return [{ at, problem: `is ${kindOf(written)}`, fix: `expected ${article(issue.expected)}` }];
    case 'too_small':
      return [
        {
          at,
          problem: issue.origin === 'number' || issue.origin === 'int' ? `${show(written)} is too small` : 'is empty',
          fix: `at least ${issue.minimum}${issue.origin === 'array' ? ' entry' : ''}`,
        },
      ];
    case 'too_big':
      return [{ at, problem: 'is too large', fix: `at most ${issue.maximum}` }];
    default:
      return [{ at, problem: `${show(written)} does not fit`, fix: issue.message }];
  }
}

/** Of a union's branches, the one that the writer most likely meant: that whose first complaint lies deepest. */
function faultsOfUnion(schema: z.ZodType, issue: Issue & { code: 'invalid_union' }, at: Place, root: unknown): Fault[] {
  const deepest = (issues: readonly Issue[]) =>
    Math.max(...issues.map((inner) => (inner.code === 'invalid_type' ? inner.path.length : inner.path.length + 0.5)));
  const meant = [...issue.errors].sort((a, b) => deepest(b) - deepest(a))[0];
  if (meant !== undefined && deepest(meant) > 0) return meant.flatMap((inner) => faultsOfIssue(schema, inner, at, root));
  const expected = [
    ...new Set(
      issue.errors.flatMap((issues) => issues.flatMap((inner) => (inner.code === 'invalid_type' ? [article(inner.expected)] : []))),
    ),
  ];
  return [{ at, problem: `is ${kindOf(valueAt(root, at))}`, fix: `expected ${expected.join(' or ')}` }];
}

function suggestion(written: string, known: readonly string[]): string {
  return nearest(written, known).replace(/^; /, '') || 'remove it';
}

function valueAt(root: unknown, at: Place): unknown {
  return at.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[part] : undefined),
    root,
  );
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return `${article(typeof value)} (${show(value)})`;
}

const articles: Record<string, string> = {
  string: 'a text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'a map', record: 'a map', null: 'nothing',
}; // prettier-ignore

function article(expected: string): string {
  return articles[expected] ?? expected;
}
