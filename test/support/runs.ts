import { approvalRequest } from './approvals.ts';
import type { RunRecord } from '../../activities/contracts.ts';
import type { StageRecord } from '../../schemas/runPipeline.ts';
import { result, source } from './plans.ts';

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;

/** A run that passed: lint reused from an earlier run, test good at the second try, deploy approved by Ada. Fresh at each call. */
export function runOf(): RunRecord {
  const stages: StageRecord[] = [
    record('lint', [0, 1], {
      result: result({
        summary: 'no findings',
        reusedFrom: 'run-pipeline/acme/shop/0',
        actions: [{ at: '2025-12-31T00:00:00.000Z', did: 'ran eslint' }],
      }),
    }),
    record('test', [0, 4], {
      iteration: 2,
      result: result({
        summary: '8 tests passed',
        isolation: 'docker',
        notices: ['weaker limits'],
        artifacts: [{ name: 'junit.xml', kind: 'junit', digest: 'sha256:1234' }],
        actions: [{ at: at(2), did: 'ran npm test' }],
      }),
    }),
    record('deploy', [5, 9], {
      needs: ['lint', 'test'],
      release: { environment: 'staging', target: 'docker', key: 'k', digest: 'sha256:abc', url: 'http://127.0.0.1:4711' },
    }),
  ];
  return {
    record: {
      task_id: 'run-pipeline/acme/shop/1',
      checkpoints: [{ step: 'planned', at: at(0) }],
      started_at: at(0),
      updated_at: at(9),
      error_log: [],
      decisions: [decision],
    },
    result: {
      status: 'passed',
      source,
      origin: '.mainstay/pipeline.yml',
      hash: 'f'.repeat(64),
      stages,
      notices: [],
      decisions: [decision],
    },
  };
}

const decision: RunRecord['record']['decisions'][number] = {
  request: approvalRequest({ commit: source.commit, askedAt: at(4), deadline: at(9) }),
  granted: true,
  by: 'Ada',
  at: at(5),
  comment: 'looks good',
  expired: false,
};

function record(id: string, [from, to]: [number, number], change: Partial<StageRecord>): StageRecord {
  return {
    id,
    agent: id,
    needs: [],
    status: 'passed',
    allowFailure: false,
    leftOut: false,
    iteration: 1,
    startedAt: at(from),
    endedAt: at(to),
    ...change,
  };
}
