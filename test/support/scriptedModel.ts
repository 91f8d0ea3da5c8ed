import type { Asked, Answerer, Said } from './openModelServer.ts';

export type StepSaid = Record<string, unknown>;

/** What a scripted model answers about one feature. `[name]` in the request and in every title tells features apart. */
export type Feature = {
  name: string;
  title: string;
  /** Files that the task makes or changes. */
  artifacts: string[];
  contract(asked: Asked): { name: string; module: string; parameters: string[] };
  tests(asked: Asked): { open: { path: string; text: string }; hidden: { path: string; text: string }; commands: string[] };
  /** The coder's steps, by how many it has taken; the last for ever. */
  code: StepAnswer[];
  /** The debugger's, by debug branch and attempt in the order in which they are asked. */
  debug?: StepAnswer[];
  /** Takes the place of an answer, for faults. */
  before?(asked: Asked, kind: Kind): Said | undefined;
};
type StepAnswer = StepSaid | ((asked: Asked) => StepSaid);
export type Kind = 'plan' | 'replan' | 'contract' | 'tests' | 'code' | 'debug';

const none = { path: null, from: null, to: null, pattern: null, glob: null, find: null, text: null, command: null, summary: null };
const step = (action: string, fields: object): StepSaid => ({ thought: 'the next step', action, ...none, ...fields });
export const read = (path: string) => step('read', { path });
export const edit = (path: string, text: string, find?: string) => step('edit', { path, text, find: find ?? null });
export const remove = (path: string) => step('remove', { path });
export const run = (command: string) => step('run', { command });
export const search = (pattern: string) => step('search', { pattern });
export const done = (summary = 'it is done') => step('done', { summary });

/** A model that answers by looking at the question alone, so that the same question gets the same answer whenever it is asked. */
export function scriptedModel(features: readonly Feature[]): Answerer {
  return (asked) => {
    const kind = kindOf(asked);
    const name = /\[(\w+)\]/.exec(asked.text)?.[1];
    const feature = features.find((one) => one.name === name);
    if (!feature) return { error: { message: `no script for ${name}` }, status: 400 };
    return feature.before?.(asked, kind) ?? answerOf(feature, kind, asked);
  };
}

function answerOf(feature: Feature, kind: Kind, asked: Asked): Said {
  switch (kind) {
    case 'plan':
      return { summary: titleOf(feature), tasks: [taskOf(feature)] };
    case 'replan':
      return taskOf(feature);
    case 'contract':
      return contractOf(feature, asked);
    case 'tests': {
      const { open, hidden, commands } = feature.tests(asked);
      return { open: [open], hidden: [hidden], commands };
    }
    case 'code':
    case 'debug':
      return nextOf(feature[kind] ?? feature.code, asked);
  }
}

/** Which question it is, by the first words of its prompt. */
export function kindOf({ system }: Pick<Asked, 'system'>): Kind {
  if (system.startsWith('You plan software work. You are given')) return 'plan';
  if (system.startsWith('You plan software work. One task')) return 'replan';
  if (system.startsWith('You are a software architect')) return 'contract';
  if (system.startsWith('You write acceptance tests')) return 'tests';
  return system.startsWith('You are an experienced programmer who finds out') ? 'debug' : 'code';
}

function nextOf(steps: readonly StepAnswer[], asked: Asked): Said {
  const taken = asked.messages.filter(({ role, text }) => role === 'assistant' && text.startsWith('{')).length;
  const next = steps[Math.min(taken, steps.length - 1)] ?? done();
  return typeof next === 'function' ? next(asked) : next;
}

const titleOf = ({ name, title }: Feature) => `[${name}] ${title}`;

function taskOf(feature: Feature) {
  return {
    id: 't1',
    title: titleOf(feature),
    description: `${titleOf(feature)}, as the acceptance criteria say.`,
    agent_role: 'coder',
    priority: 1,
    dependencies: [],
    acceptance_criteria: [`${feature.title} works for every input`],
    expected_artifacts: feature.artifacts,
    metrics: [],
  };
}

function contractOf(feature: Feature, asked: Asked) {
  const { name, module, parameters } = feature.contract(asked);
  return {
    title: titleOf(feature),
    language: 'javascript',
    interfaces: [
      {
        name,
        kind: 'function',
        module,
        of: null,
        http_method: null,
        http_path: null,
        http_status: null,
        description: feature.title,
        parameters: parameters.map((parameter) => ({ name: parameter, type: 'any', required: true, description: '' })),
        returns_type: 'any',
        returns_description: '',
        exceptions: [],
        examples: [],
      },
    ],
    data_models: [],
    test_skeletons: [{ name: `${name} works`, interface: name, given: 'some input', when: 'it is called', expect: 'the right output' }],
    docs: feature.title,
  };
}
