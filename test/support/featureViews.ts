import { Budget, type Usage } from '../../schemas/mind.ts';
import type { FeatureView, RunView, TaskView } from '../../client/view.ts';
import { TestReport } from '../../schemas/testReport.ts';
import { runView } from './runViews.ts';

export const noUsage: Usage = { steps: 0, inputTokens: 0, outputTokens: 0, usd: 0 };

/** A task of a build as the command line sees it. */
export function taskView(id: string, change: Partial<TaskView> = {}): TaskView {
  return { id, title: `Task ${id}`, needs: [], phase: 'pending', debug: [], usage: noUsage, workedMs: 0, ...change };
}

/** A live build that started at `2026-01-01T00:00:00Z`. */
export function buildView(
  tasks: TaskView[],
  { feature, ...change }: Partial<Omit<RunView, 'feature'>> & { feature?: Partial<FeatureView> } = {},
): RunView {
  return runView([], {
    workflowId: 'build-feature/acme/shop/0123456789abcdef',
    shortId: '0123456',
    flow: 'buildFeature',
    phase: 'building',
    tasks,
    feature: { created: false, usage: noUsage, workedMs: 0, exhibits: [], budget: Budget.parse({}), mind: { kind: 'model' }, ...feature },
    ...change,
  });
}

/** A debug branch of t2 with its attempts. */
export function debugBranch(attempts: number): TaskView['debug'][number] {
  return {
    todo: {
      id: 't2_branch_01',
      parent_id: 't2',
      title: 'Repair: Task t2',
      agent_role: 'debugger',
      branch_reason: '1 of 4 tests failed',
      debug_instructions: 'make them pass',
      is_temporary: true,
      max_debug_attempts: 3,
    },
    attempts: Array.from({ length: attempts }, (_, index) => ({
      number: index + 1,
      class: 'implementation_bug',
      route: 'coder',
      reason: 'adds: expected 3',
      commit: 'c'.repeat(40),
      at: '2026-01-01T00:00:05.000Z',
    })),
  };
}

/** Four tests that failed without a change and pass with it. */
export function testReport(change: Partial<TestReport> = {}): TestReport {
  const run = (commit: string, passed: boolean) => ({
    commit: commit.repeat(40),
    passed,
    summary: { total: 4, passed: passed ? 4 : 0, failed: passed ? 0 : 4, skipped: 0, duration_ms: 12 },
    outcomes: [passed ? { name: 'adds', status: 'passed' } : { name: 'adds', status: 'failed', message: 'no such module' }],
  });
  return TestReport.parse({
    task_id: 't1',
    accepted: true,
    verdict: 'the tests hold',
    commands: ['npm test'],
    before: run('b', false),
    after: run('c', true),
    refusals: [],
    coverage: null,
    environment: { isolation: 'docker', network: false, notices: [] },
    started_at: '2026-01-01T00:00:00.000Z',
    ended_at: '2026-01-01T00:00:01.000Z',
    ...change,
  });
}
