import { nearest } from '../../schemas/nearest.ts';
import { stageAgents, type StageAgent } from '../../schemas/names.ts';
import type { Fault } from '../configuration/problem.ts';
import type { Draft } from './draft.ts';

/**
 * Who does a stage: its `agent`, else the agent of its name. With commands of its own (`run`), a part of the name is enough
 * (`unit-test`, `build_docs`), and a name that says nothing is a test: its exit code decides.
 */
export function agentOf({ name, options, at }: Draft): StageAgent | Fault {
  if (options.agent !== undefined) return options.agent;
  const own = stageAgents.find((agent) => agent === name);
  if (own !== undefined) return own;
  if (options.run !== undefined) {
    const parts = name.toLowerCase().split(/[^a-z]+/);
    return stageAgents.find((agent) => parts.at(-1) === agent || parts[0] === agent) ?? 'test';
  }
  const hint = nearest(name, stageAgents).replace(/^; /, '');
  return {
    at,
    onKey: true,
    problem: `no agent is called "${name}"`,
    fix: hint.startsWith('did') ? hint : `add agent: (${stageAgents.join(', ')}) or run:`,
  };
}
