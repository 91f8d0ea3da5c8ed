import { failure } from '../../../schemas/failures.ts';
import { httpService } from './http/template.ts';
import type { Reading, Template } from './template.ts';
import { tradingStrategy } from './trading/template.ts';

/** Every kind of work that is known without a model, in the order in which they are asked. */
export const templates: readonly Template[] = [tradingStrategy, httpService];

/** The template whose kind of work a request is, and what it made of it; undefined when it is of no known kind. */
export function templateFor(request: string): { template: Template; reading: Exclude<Reading, { kind: 'other' }> } | undefined {
  for (const template of templates) {
    const reading = template.read(request);
    if (reading.kind !== 'other') return { template, reading };
  }
  return undefined;
}

/** The template of an id; fails with `InvalidInput` for one that is not known. */
export function templateNamed(id: string): Template {
  const template = templates.find((one) => one.id === id);
  if (template !== undefined) return template;
  throw failure('InvalidInput', `template: there is no template "${id}"; known: ${templates.map((one) => one.id).join(', ')}`);
}
