import { ProjectFile } from '../../schemas/projectFile.ts';
import type { PipelinePlan } from '../../schemas/runPipeline.ts';
import { Source } from '../../schemas/source.ts';
import { Stage, type StageResult } from '../../schemas/stage.ts';

const sha = (digit: string) => digit.repeat(40);

export const source = Source.parse({
  repository: 'https://example.test/acme/shop',
  slug: 'acme/shop',
  ref: 'main',
  branch: 'main',
  commit: sha('a'),
  tree: sha('b'),
  base: sha('c'),
  changedPaths: 1,
  dirty: false,
  trusted: false,
});

/** A stage with every default, named like its agent unless said otherwise. */
export function stage(id: string, change: Partial<Stage> = {}): Stage {
  const agent = Stage.shape.agent.safeParse(id);
  return {
    id,
    name: id,
    agent: agent.success ? agent.data : 'test',
    needs: [],
    run: [],
    directory: '',
    env: {},
    matrix: {},
    allowFailure: false,
    retryOnFailure: 0,
    attempts: 3,
    timeout: '1 minute',
    cache: true,
    approval: false,
    approvers: [],
    with: {},
    ...change,
  };
}

export function plan(stages: Stage[]): PipelinePlan {
  return { source, stages, origin: 'request', hash: 'h', notices: [], notifyOnSuccess: false, rules: ProjectFile.parse({}) };
}

export function result(change: Partial<StageResult> = {}): StageResult {
  const at = '2026-01-01T00:00:00.000Z';
  const passed = change.passed ?? true;
  return {
    passed,
    summary: passed ? 'good' : 'bad',
    digest: passed ? 'd1' : 'd0',
    isolation: 'none',
    notices: [],
    artifacts: [],
    startedAt: at,
    endedAt: at,
    actions: [],
    ...change,
  };
}
