import { ProjectFile } from '../../schemas/projectFile.ts';
import type { StageRecord } from '../../schemas/runPipeline.ts';
import { RunNews } from '../../schemas/runNews.ts';
import { source } from './plans.ts';

/** How a run stands, with what the test does not care about filled in. */
export function runNews(change: Partial<Omit<RunNews, 'notify'>> & { notify?: object } = {}): RunNews {
  const { notify, ...rest } = change;
  const rules = ProjectFile.parse({ notify: notify ?? { slack: '#general' } });
  const at = new Date().toISOString();
  return RunNews.parse({
    workflowId: 'run-pipeline/acme/shop/aaaaaaaaaaaa',
    runId: '11111111-1111-4111-8111-111111111111',
    key: 'run-pipeline/acme/shop/aaaaaaaaaaaa/11111111-1111-4111-8111-111111111111',
    revision: 1,
    status: 'running',
    source,
    stages: [],
    notices: [],
    awaiting: [],
    decisions: [],
    refusals: [],
    authors: [],
    event: 'push',
    notify: rules.notify,
    people: {},
    notifyOnSuccess: false,
    environments: {},
    startedAt: at,
    updatedAt: at,
    ...rest,
  });
}

/** How one stage stands. */
export function stageRecord(id: string, change: Partial<StageRecord> = {}): StageRecord {
  return { id, agent: id, needs: [], status: 'passed', allowFailure: false, leftOut: false, iteration: 1, ...change };
}
