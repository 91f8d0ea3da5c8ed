import type { Values } from '../samples.ts';

/** A value as an expression of the generated tests. */
export function show(value: unknown): string {
  return JSON.stringify(value);
}

/** Values with their id, as they are answered. */
export function kept(values: Values, id: string): string {
  return `{ ${[...Object.entries(values).map(([name, value]) => `${name}: ${show(value)}`), id].join(', ')} }`;
}
