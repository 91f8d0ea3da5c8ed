import type { Field, ServiceSubject } from './subject.ts';

/** The request in the words that the template itself understands; reading them gives the same subject. */
export function describeService({ resources }: ServiceSubject): string {
  const parts = resources.map(({ plural, fields, operations, filters }) => {
    const filter = filters.length > 0 ? `; listing filters by ${listed(filters)}` : '';
    return `${plural} with ${listed(fields.map(describeField))}; ${listed(operations)}${filter}`;
  });
  return `an HTTP service for ${parts.join('; for ')}`;
}

function describeField(field: Field): string {
  return `${field.name} (${[...traitsOf(field), ...(field.required ? ['required'] : [])].join(', ')})`;
}

/** What may be in a field, in words: `number`, `at least 1`. */
export function traitsOf({ kind, choices = [], min, max, above, below }: Field): string[] {
  const characters = kind === 'text' ? ' characters' : '';
  const kinds: Record<string, string> = { integer: 'whole number', email: 'e-mail' };
  const named = choices.map((choice) => `"${choice}"`);
  return [
    kind === 'choice' ? `${named.slice(0, -1).join(', ')} or ${named.at(-1)}` : (kinds[kind] ?? kind),
    ...(min === undefined ? [] : [`at least ${min}${characters}`]),
    ...(above === undefined ? [] : [`more than ${above}`]),
    ...(max === undefined ? [] : [`at most ${max}${characters}`]),
    ...(below === undefined ? [] : [`less than ${below}`]),
  ];
}

/** `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
