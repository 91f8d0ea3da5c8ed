import type { Field, Resource } from './subject.ts';

export type Values = Record<string, unknown>;

/** A right value; another number gives another one where the field has room for it. */
export function sampleOf(field: Field, n: number): unknown {
  const digit = n % 9;
  switch (field.kind) {
    case 'text':
      return textOf(field, n);
    case 'number':
    case 'integer':
      return numberOf(field, n);
    case 'boolean':
      return n % 2 === 0;
    case 'choice':
      return field.choices?.[n % field.choices.length];
    case 'date':
      return `20${10 + digit}-0${digit + 1}-2${digit}`;
    case 'timestamp':
      return `20${10 + digit}-0${digit + 1}-2${digit}T1${digit}:30:00Z`;
    case 'email':
      return `reader${n}@example.com`;
    case 'url':
      return `https://example.com/${n}`;
  }
}

/** A value for every field, or for the required ones alone. */
export function valuesOf({ fields }: Resource, n: number, which: 'all' | 'required' = 'all'): Values {
  return Object.fromEntries(fields.filter(({ required }) => which === 'all' || required).map((field) => [field.name, sampleOf(field, n)]));
}

function textOf({ name, min = 0, max = 10_000 }: Field, n: number): string {
  const letter = 'kbmdpfrhtj'[n % 10] ?? 'k';
  return `${letter}${n} ${name}`.padEnd(min, letter).slice(0, max).replace(/ $/, letter);
}

function numberOf({ kind, min, max, above, below }: Field, n: number): number {
  const step = kind === 'integer' ? 1 : 0.5;
  const least = min ?? above;
  const most = max ?? below;
  if (least === undefined && most === undefined) return 7 * n + 3;
  if (least === undefined) return (most ?? 0) - (n + 1) * step;
  if (most === undefined) return least + (n + 1) * step;
  if (kind === 'integer') return least + (n % (most - least + 1));
  return least + ((most - least) * ((n % 9) + 1)) / 10;
}

/** Values at the edge that are still right. */
export function edgesOf({ kind, min, max, choices = [] }: Field): unknown[] {
  if (kind === 'choice') return choices;
  if (kind === 'text') return [...(min === undefined ? [] : ['é'.repeat(min)]), ...(max === undefined ? [] : ['é'.repeat(max)])];
  if (kind === 'number' || kind === 'integer') return [min, max].filter((edge) => edge !== undefined);
  if (kind === 'boolean') return [true, false];
  return kind === 'date' ? ['2024-02-29', '1970-01-01'] : kind === 'timestamp' ? ['2024-02-29T23:59:59+02:00'] : [];
}

/** Wrong values, the plainest first; at least two. */
export function wrongsOf(field: Field): unknown[] {
  const { kind, min, max, above, below, choices = [], required } = field;
  switch (kind) {
    case 'text':
      return [
        7,
        ...(required || min !== undefined ? ['', ' '.repeat(min ?? 1)] : []),
        ...(min === undefined || min === 1 ? [] : ['x'.repeat(min - 1)]),
        'x'.repeat((max ?? 10_000) + 1),
        null,
      ];
    case 'number':
    case 'integer':
      return [
        'many',
        ...(min === undefined ? [] : [min - 1]),
        ...(max === undefined ? [] : [max + 1]),
        ...[above, below].filter((edge) => edge !== undefined),
        ...(kind === 'integer' ? [(sampleOf(field, 0) as number) + 0.5] : []),
        '3',
        null,
      ];
    case 'boolean':
      return ['yes', 'true', 1];
    case 'choice':
      return [...['none of these', ...choices.map((choice) => `${choice}s`)].filter((choice) => !choices.includes(choice)), [choices[0]]];
    case 'date':
      return ['tomorrow', '2023-02-29', '2024-2-3', 20_240_101];
    case 'timestamp':
      return ['noon', '2024-01-01', '2023-02-29T10:00:00Z', '2024-01-01T25:00:00Z'];
    case 'email':
      return ['nobody', 'a@b', 'a b@example.com'];
    case 'url':
      return ['somewhere', 'ftp://example.com/', 'https://'];
  }
}
