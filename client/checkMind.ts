import type { PlanFeatureRequest } from '../schemas/buildFeature.ts';
import { failure } from '../schemas/failures.ts';
import { codingPrograms } from '../schemas/mind.ts';

/** Refuses with `InvalidInput` a coding program without its name, and a name that nothing uses. */
export function checkMind({ mind, program }: Pick<PlanFeatureRequest, 'mind' | 'program'>): void {
  if (mind === 'program' && program === undefined)
    throw failure('InvalidInput', `program: mind=program needs the name of one: ${codingPrograms.join(', ')}`);
  if (mind !== 'program' && program !== undefined)
    throw failure('InvalidInput', `program: ${program} is only used with mind=program, not with mind=${mind}`);
}
