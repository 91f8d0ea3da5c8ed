import { failure } from '../../../schemas/failures.ts';
import type { Mind } from '../../../schemas/mind.ts';
import type { Template } from '../templates/template.ts';

/** The template of a mind; undefined for a mind that thinks. Fails with `NotOffered` when this worker has no such template. */
export function templateOf(templates: readonly Template[], mind: Mind): Template | undefined {
  if (mind.kind !== 'template') return undefined;
  const found = templates.find(({ id }) => id === mind.template);
  if (found !== undefined) return found;
  throw failure('NotOffered', `this version of Mainstay has no template ${mind.template}: plan the request anew`);
}

/** How a template signs what it makes. */
export function templateMind({ id, version }: Template): string {
  return `template:${id}@${version}`;
}
