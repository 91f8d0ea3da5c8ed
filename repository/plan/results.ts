import { nearest } from '../../schemas/nearest.ts';
import { resultsIn } from '../condition.ts';
import type { Fault } from '../configuration/problem.ts';
import { idsOf } from './matrix.ts';
import { reaches, type Assigned } from './needs.ts';

/** Conditions that look at results of stages which do not exist, or which need not have ended by then. */
export function resultFaults(stages: readonly Assigned[], needs: ReadonlyMap<string, string[]>): Fault[] {
  const owners = new Map(stages.flatMap((stage) => idsOf(stage).map((id) => [id, stage.name])));
  return stages.flatMap(({ name, options, at }) =>
    resultsIn(options.when).flatMap((id): Fault[] => {
      const owner = owners.get(id);
      const place = [...at, 'when'];
      if (owner === undefined)
        return [{ at: place, problem: `no stage has the id "${id}"`, fix: nearest(id, [...owners.keys()]).replace(/^; /, '') }];
      if (owner !== name && reaches(needs, name, owner)) return [];
      return [{ at: place, problem: `looks at the result of "${id}", which it does not wait for`, fix: `add ${owner} to its needs` }];
    }),
  );
}
