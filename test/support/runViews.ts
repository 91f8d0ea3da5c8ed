import type { RunView, StageView } from '../../client/view.ts';

/** A stage as the command line sees it. */
export function stageView(id: string, change: Partial<StageView> = {}): StageView {
  return { id, agent: id, needs: [], status: 'pending', allowFailure: false, leftOut: false, iteration: 1, ...change };
}

/** A live run that started at `2026-01-01T00:00:00Z`. */
export function runView(stages: StageView[], change: Partial<RunView> = {}): RunView {
  return {
    workflowId: 'run-pipeline/acme/shop/9f3c2e1d4b5a',
    runId: '01a1fbfa-5215-7b9d-b347-2ba4fe09151f',
    shortId: '9f3c2e1',
    flow: 'runPipeline',
    status: 'running',
    phase: 'running',
    repository: 'acme/shop',
    commit: '9f3c2e1d4b5a'.padEnd(40, '0'),
    awaiting: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    paused: false,
    stages,
    tasks: [],
    requests: [],
    decisions: [],
    refusals: [],
    notices: [],
    errors: [],
    answered: true,
    ...change,
  };
}
