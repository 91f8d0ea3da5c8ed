import { settingsOf } from '../../schemas/settings.ts';
import type { PipelineFile } from '../../schemas/pipelineFile.ts';
import { checkWhen } from '../condition.ts';
import type { Fault } from '../configuration/problem.ts';
import { schemaFaults } from '../configuration/schemaFaults.ts';
import { agentOf } from './agent.ts';
import { draftStages } from './draft.ts';
import { countCombinations, idsOf } from './matrix.ts';
import { needFaults, needsByName, type Assigned } from './needs.ts';
import { pathFaults } from './paths.ts';
import { resultFaults } from './results.ts';

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
  faults.push(...stages.flatMap(settingFaults), ...stages.flatMap(whenFaults), ...countFaults(stages));
  // The graph is judged only when its stages are right, else one mistake would be told twice.
  if (faults.length === 0) faults.push(...idFaults(stages));
  if (faults.length === 0) faults.push(...needFaults(stages, needs));
  if (faults.length === 0) faults.push(...resultFaults(stages, needs));
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
  if (count <= mostStages) return [];
  return [{ at: top, problem: `${count} stages with all matrix values`, fix: `at most ${mostStages} are run; make the matrix smaller` }];
}

/** Two stages of one name, and matrix values that give an id which another stage has. */
function idFaults(stages: readonly Assigned[]): Fault[] {
  const twice = stages.filter(({ name }, i) => stages.findIndex((other) => other.name === name) < i);
  if (twice.length > 0) {
    return twice.map(({ name, at }) => ({
      at,
      onKey: true,
      problem: `the stage "${name}" is there twice`,
      fix: 'give one of them another name and an agent:',
    }));
  }
  const seen = new Set<string>();
  return stages.flatMap((stage) =>
    idsOf(stage).flatMap((id): Fault[] => {
      const taken = seen.has(id);
      seen.add(id);
      return taken
        ? [{ at: stage.at, onKey: true, problem: `two stages would have the id "${id}"`, fix: 'rename the stage or change the matrix' }]
        : [];
    }),
  );
}
