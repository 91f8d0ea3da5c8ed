import { settingsOf } from '../../schemas/settings.ts';
import type { PipelineFile } from '../../schemas/pipelineFile.ts';
import { checkWhen } from '../condition.ts';
import type { Fault } from '../configuration/problem.ts';
import { schemaFaults } from '../configuration/schemaFaults.ts';
import { agentOf } from './agent.ts';
import { draftStages } from './draft.ts';
import { combinations, countCombinations } from './matrix.ts';
import { needFaults, needsByName, type Assigned } from './needs.ts';
import { pathFaults } from './paths.ts';

const mostStages = 50;
const top = ['pipeline', 'stages'];

/** A pipeline's stages with agents and needs, and everything that is wrong with them. */
export function checkStages(file: PipelineFile): { stages: Assigned[]; needs: Map<string, string[]>; faults: Fault[] } {
  const drafts = draftStages(file);
  const faults: Fault[] =
    drafts.length === 0 ? [{ at: top, problem: 'holds no stage', fix: 'name at least one, for example [lint, test]' }] : [];
  const stages: Assigned[] = [];
  for (const draft of drafts) {
    const agent = agentOf(draft);
    if (typeof agent === 'string') stages.push({ ...draft, agent });
    else faults.push(agent);
    if (stages.some((other) => other !== stages.at(-1) && other.name === draft.name)) {
      faults.push({
        at: draft.at,
        problem: `the stage "${draft.name}" is there twice`,
        fix: 'give one of them another name and an agent:',
      });
    }
    faults.push(...nameFaults(draft.name, draft.at), ...pathFaults(draft));
  }
  const needs = needsByName(stages);
  // Needs are judged only when every stage is known, else each unknown stage would be told twice.
  if (stages.length === drafts.length) faults.push(...needFaults(stages, needs));
  faults.push(...stages.flatMap(settingFaults), ...stages.flatMap(whenFaults), ...countFaults(stages));
  return { stages, needs, faults };
}

function nameFaults(name: string, at: Fault['at']): Fault[] {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(name)) return [];
  return [
    { at, onKey: true, problem: `"${name.slice(0, 60)}" is no name of a stage`, fix: 'use letters, digits, -, _ and . (at most 40)' },
  ];
}

function settingFaults({ agent, options, at }: Assigned): Fault[] {
  const schema = settingsOf[agent];
  const result = schema.safeParse(options.with ?? {});
  if (result.success) return [];
  return schemaFaults(schema, result.error, options.with ?? {}).map((fault) => ({ ...fault, at: [...at, 'with', ...fault.at] }));
}

function whenFaults({ options, at }: Assigned): Fault[] {
  const fault = options.when === undefined ? undefined : checkWhen(options.when);
  if (fault === undefined) return [];
  return [
    { at: [...at, 'when'], problem: `${fault.problem} (character ${fault.position} of the condition)`, fix: 'correct the condition' },
  ];
}

function countFaults(stages: readonly Assigned[]): Fault[] {
  const count = stages.reduce((sum, { options }) => sum + countCombinations(options.matrix), 0);
  if (count > mostStages)
    return [{ at: top, problem: `${count} stages with all matrix values`, fix: `at most ${mostStages} are run; make the matrix smaller` }];
  const ids = stages.flatMap(({ name, options, at }) =>
    combinations(options.matrix).map(({ suffix }) => ({ id: name + suffix, name, at })),
  );
  return ids
    .filter(
      ({ id, name }, i) =>
        ids.findIndex((other) => other.id === id && (other.name !== name || id !== name)) < i &&
        ids.findIndex((other) => other.id === id) < i,
    )
    .filter(({ id, name }) => ids.filter((other) => other.id === id).some((other) => other.name !== name) || id !== name)
    .map(({ id, at }): Fault => ({ at, problem: `two stages would have the id "${id}"`, fix: 'rename the stage or change the matrix' }));
}
