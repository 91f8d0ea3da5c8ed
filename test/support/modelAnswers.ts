import { readFileSync } from 'node:fs';
import { type PromptName, prompts } from '../../activities/lib/model/prompt.ts';
import type { Asked } from './openModelServer.ts';

const files = new URL('../../activities/lib/prompts/', import.meta.url);
const openings = (Object.keys(prompts) as PromptName[]).map((name) => ({
  name,
  line: readFileSync(new URL(`${name}.md`, files), 'utf8').split('\n', 1)[0]!,
}));

/** Which prompt a request comes from, by the first line of its system text; undefined for a question of another kind. */
export function questionOf(asked: Asked): PromptName | undefined {
  return openings.find(({ line }) => asked.system.startsWith(line))?.name;
}

type StepFields = Partial<
  Record<'path' | 'pattern' | 'glob' | 'find' | 'text' | 'command' | 'summary', string | null> & Record<'from' | 'to', number | null>
>;

/** A model's answer of one step; what is not given is null. */
export function saidStep(action: 'read' | 'search' | 'edit' | 'remove' | 'run' | 'done', fields: StepFields = {}): object {
  const nothing = { path: null, from: null, to: null, pattern: null, glob: null, find: null, text: null, command: null, summary: null };
  return { thought: 'because', action, ...nothing, ...fields };
}

/** A model's plan with these tasks: id, and what differs from a task of no special kind. */
export function saidPlan(...tasks: ({ id: string } & Record<string, unknown>)[]): object {
  const usual = {
    title: 'A task',
    description: 'Do it.',
    agent_role: 'coder',
    priority: 1,
    dependencies: [],
    acceptance_criteria: ['it works'],
    expected_artifacts: [],
    metrics: [],
  };
  return { summary: 'A plan.', tasks: tasks.map((task) => ({ ...usual, ...task })) };
}

/** A model's contract with these functions or, with `kind` and `http_…`, other interfaces. */
export function saidContract(
  about: { interfaces: ({ name: string; module: string } & Record<string, unknown>)[] } & Record<string, unknown>,
): object {
  const usual = {
    kind: 'function',
    of: null,
    http_method: null,
    http_path: null,
    http_status: null,
    description: 'Does it.',
    parameters: [],
    returns_type: 'void',
    returns_description: '',
    exceptions: [],
    examples: [],
  };
  return {
    title: 'A contract',
    language: 'typescript',
    data_models: [],
    test_skeletons: [],
    docs: '',
    ...about,
    interfaces: about.interfaces.map((each) => ({ ...usual, ...each })),
  };
}
