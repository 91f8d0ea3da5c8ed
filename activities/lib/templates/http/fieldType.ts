import type { Field } from './subject.ts';

/** The type of a field in TypeScript. */
export function typeOf({ kind, choices = [] }: Field): string {
  if (kind === 'choice') {
    const union = choices.map((choice) => `'${choice}'`).join(' | ');
    return union.length > 500 ? 'string' : union;
  }
  return kind === 'number' || kind === 'integer' ? 'number' : kind === 'boolean' ? 'boolean' : 'string';
}
