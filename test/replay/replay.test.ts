import { Runtime, Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { describe, expect, inject, test } from 'vitest';
import { quietLogger } from '../../workers/logger.ts';
import { storedHistories } from '../support/histories.ts';

Runtime.install({ logger: quietLogger() });

const histories = await storedHistories();

describe('today’s flows', () => {
  test('have stored histories to be replayed against', () => {
    expect(histories.length).toBeGreaterThanOrEqual(8);
  });

  test.each(histories)('replay $name', async ({ history }) => {
    // Flows that start others name them after themselves.
    const workflowId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? undefined;
    await Worker.runReplayHistory({ workflowBundle: { codePath: inject('bundlePath') } }, history, workflowId);
  });

  test('are told from other flows: a history with a step left out does not replay', async () => {
    const [first] = histories;
    const events = first?.history.events ?? [];
    const scheduled = events.findIndex((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'openRun');
    const changed = structuredClone(events);
    changed[scheduled]!.activityTaskScheduledEventAttributes!.activityType!.name = 'writeNothing';
    const replay = Worker.runReplayHistory({ workflowBundle: { codePath: inject('bundlePath') } }, { events: changed });
    await expect(replay).rejects.toThrow(DeterminismViolationError);
  });
});
