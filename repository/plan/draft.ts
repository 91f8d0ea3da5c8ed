import type { PipelineFile, StageOptions } from '../../schemas/pipelineFile.ts';
import type { Place } from '../configuration/problem.ts';

/** A stage as written, with its place in the file and the needs that its place in a list implies. */
export type Draft = {
  name: string;
  options: StageOptions;
  at: Place;
  /** Names of the stages of the step before; undefined in a map, where order says nothing. */
  before?: string[];
};

type Stages = PipelineFile['pipeline']['stages'];
type Step = Exclude<Extract<Stages, unknown[]>[number], unknown[]>;

/** The stages of a file in order. `report` is dropped: a report is always written. */
export function draftStages(file: PipelineFile): Draft[] {
  const { stages } = file.pipeline;
  const at: Place = ['pipeline', 'stages'];
  const drafts = Array.isArray(stages) ? draftList(stages, at) : draftMap(stages, at);
  return drafts.filter(({ name, options }) => name !== 'report' || options.agent !== undefined || options.run !== undefined);
}

function draftMap(stages: Record<string, StageOptions | null>, at: Place): Draft[] {
  return Object.entries(stages).map(([name, options]) => ({ name, options: options ?? {}, at: [...at, name] }));
}

function draftList(stages: Extract<Stages, unknown[]>, at: Place): Draft[] {
  const drafts: Draft[] = [];
  let before: string[] = [];
  stages.forEach((entry, i) => {
    const step = Array.isArray(entry) ? entry.flatMap((one, j) => draftStep(one, [...at, i, j])) : draftStep(entry, [...at, i]);
    drafts.push(...step.map((draft) => ({ ...draft, before })));
    const names = step.map(({ name }) => name).filter((name) => name !== 'report');
    if (names.length > 0) before = names;
  });
  return drafts;
}

function draftStep(step: Step, at: Place): Draft[] {
  return typeof step === 'string' ? [{ name: step, options: {}, at }] : draftMap(step, at);
}
