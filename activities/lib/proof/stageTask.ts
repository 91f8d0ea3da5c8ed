import type { StageTask } from '../../../schemas/stage.ts';
import type { Site } from '../../../schemas/solveTask.ts';
import type { Source } from '../../../schemas/source.ts';

export type StageWish = {
  site: Site;
  source: Source;
  /** Names the stage in logs and heartbeats. */
  id: string;
  agent: StageTask['stage']['agent'];
  timeout: string;
  run?: readonly string[];
  with?: Record<string, unknown>;
  rules?: Site['rules'];
};

/** A stage that is done anew each time, in a box of its own. */
export function stageTask({ site, source, id, agent, timeout, run = [], with: settings = {}, rules = site.rules }: StageWish): StageTask {
  return {
    source,
    stage: {
      id, name: id, agent, timeout, needs: [], run: [...run], directory: '', env: {}, matrix: {}, allowFailure: false, retryOnFailure: 0,
      attempts: 1, cache: false, approval: false, approvers: [], with: settings,
    },
    needs: {}, rules, isolation: site.isolation, iteration: 1, effectKey: `${site.key}/${site.taskId}/${id}`, reuse: false,
  }; // prettier-ignore
}

/** Rules under which every acceptance test counts: none is in quarantine, and coverage is measured elsewhere. */
export function strictRules(rules: Site['rules']): Site['rules'] {
  return { ...rules, tests: { ...rules.tests, quarantine: [], coverage: undefined } };
}
