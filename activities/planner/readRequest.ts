import { failure } from '../../schemas/failures.ts';
import { plainLine } from '../../schemas/plainText.ts';
import type { Reading, Template } from '../lib/templates/template.ts';

/** What a template makes of a request; `other` when none knows this kind of work. */
export type Understanding = { kind: 'other' } | { template: Template; reading: Exclude<Reading, { kind: 'other' }> };

/** Asks the templates in their order: the first that understands, else the first that knows the kind of work and refuses parts of it. */
export function readRequest(templates: readonly Template[], request: string): Understanding {
  const readings = templates.flatMap((template) => {
    const reading = template.read(request);
    return reading.kind === 'other' ? [] : [{ template, reading }];
  });
  return readings.find(({ reading }) => reading.kind === 'understood') ?? readings[0] ?? { kind: 'other' };
}

/** The failure for a request whose kind is known and whose parts are not all understood. */
export function partsRefused(template: Template, problems: readonly string[], otherwise: string) {
  const listed = problems.map((problem) => `\n- ${plainLine(problem, 500)}`).join('');
  return failure(
    'RequestNotUnderstood',
    `the template ${template.id} knows this kind of work, but not all that is asked for:${listed}\nSay it otherwise, for example "${template.example}"${otherwise}`,
    { template: template.id, problems: problems.slice(0, 50) },
  );
}

/** The failure for a request that no template knows. */
export function notKnown(templates: readonly Template[], otherwise: string) {
  const examples = templates.map(({ id, example }) => `\n- ${id}: "${example}"`).join('');
  return failure(
    'RequestNotUnderstood',
    `no template knows this kind of work${otherwise}${examples === '' ? '' : `\nWhat templates understand, for example:${examples}`}`,
    { templates: templates.map(({ id }) => id) },
  );
}
