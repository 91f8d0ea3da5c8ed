import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure, Context } from '@temporalio/activity';
import { describe, expect, test } from 'vitest';
import { failure, failureType } from '../../schemas/failures.ts';
import { pauseUpdate, rerunFromUpdate, resumeUpdate } from '../../workflows/messages.ts';
import { expectCleanHistory, flowTests, stateOf, until } from '../support/flows.ts';
import { plan, result, stage } from '../support/plans.ts';

const flows = flowTests();
const failing = (summary: string, ...names: string[]) =>
  result({
    passed: false,
    summary,
    tests: {
      total: 2,
      passed: 0,
      failed: names.length,
      skipped: 0,
      flaky: [],
      quarantined: [],
      failures: names.map((name) => ({ name, message: 'x' })),
    },
  });
const byId = (stages: { id: string }[], id: string) => stages.find((record) => record.id === id);

/** An agent that works until it is cancelled, and tells when it began and how it ended. */
function endless() {
  const seen = { began: 0, ended: 0 };
  return {
    seen,
    work: async () => {
      seen.began += 1;
      const beat = setInterval(() => Context.current().heartbeat(), 50);
      try {
        await Context.current().cancelled;
      } catch (error) {
        if (error instanceof CancelledFailure) seen.ended += 1;
        throw error;
      } finally {
        clearInterval(beat);
      }
      return result();
    },
  };
}

describe('runPipeline', () => {
  test('runs independent stages side by side and the rest in the order of their needs', async () => {
    const order: string[] = [];
    const note = (name: string) => async () => {
      order.push(`${name} starts`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push(`${name} ends`);
      return result();
    };
    flows.when({
      openRun: async () => plan([stage('lint'), stage('test'), stage('build', { needs: ['lint', 'test'] })]),
      lintCode: note('lint'),
      runTests: note('test'),
      buildArtifacts: note('build'),
    });
    const handle = await flows.start();
    const outcome = await handle.result();
    expect(outcome).toMatchObject({ status: 'passed', report: { markdown: { size: 1 } } });
    expect(order.slice(0, 2).sort()).toEqual(['lint starts', 'test starts']);
    expect(order.slice(-2)).toEqual(['build starts', 'build ends']);
    await expectCleanHistory(handle);
  });

  test('tries a bad outcome again, and calls flaky what failed and then passed on the same commit', async () => {
    const tries: number[] = [];
    flows.when({
      openRun: async () => plan([stage('test', { retryOnFailure: 1 }), stage('build', { needs: ['test'] })]),
      runTests: async ({ iteration }) => {
        tries.push(iteration);
        return iteration === 1
          ? failing('2 of 9 failed', 'adds', 'divides')
          : result({ tests: { ...failing('').tests!, failed: 0, failures: [] } });
      },
    });
    const handle = await flows.start();
    const { status, stages } = await handle.result();
    expect(status).toBe('passed');
    expect(tries).toEqual([1, 2]);
    expect(byId(stages, 'test')).toMatchObject({ iteration: 2, result: { tests: { flaky: ['adds', 'divides'] } } });
    await expectCleanHistory(handle);
  });

  test('halts when a stage has failed as often as it may, and says for every stage why it did not run', async () => {
    flows.when({
      openRun: async () =>
        plan([stage('test', { retryOnFailure: 2 }), stage('build', { needs: ['test'] }), stage('deploy', { needs: ['build'] })]),
      runTests: async () => failing('1 of 9 failed', 'adds'),
    });
    const handle = await flows.start();
    const { status, stages } = await handle.result();
    expect(status).toBe('failed');
    expect(stages.map(({ id, status, reason, iteration }) => [id, status, iteration, reason])).toEqual([
      ['test', 'failed', 3, '1 of 9 failed'],
      ['build', 'skipped', 0, 'needs test, which failed'],
      ['deploy', 'skipped', 0, 'test failed, so the run was halted'],
    ]);
    expect((await stateOf(handle)).error_log).toHaveLength(3);
    await expectCleanHistory(handle);
  });

  test('goes on after a stage that may fail', async () => {
    flows.when({
      openRun: async () => plan([stage('lint', { allowFailure: true }), stage('build', { needs: ['lint'] })]),
      lintCode: async () => result({ passed: false }),
    });
    const { status, stages } = await (await flows.start()).result();
    expect(status).toBe('passed');
    expect(stages.map((record) => record.status)).toEqual(['failed', 'passed']);
  });

  test('retries a broken step by itself and fails the stage with the catalogue type when it stays broken', async () => {
    const tries = { lint: 0, test: 0 };
    flows.when({
      openRun: async () => plan([stage('lint'), stage('test', { attempts: 2 })]),
      lintCode: async () => {
        tries.lint += 1;
        if (tries.lint === 1) throw failure('SourceUnreachable', 'registry is down');
        return result();
      },
      runTests: async () => {
        tries.test += 1;
        throw failure('IsolationUnavailable', 'no Docker');
      },
    });
    const { status, stages, failure: broken } = await (await flows.start()).result();
    expect(tries).toEqual({ lint: 2, test: 1 });
    expect(status).toBe('failed');
    expect(stages[1]).toMatchObject({ status: 'failed', reason: 'no Docker' });
    expect(broken).toEqual({ type: 'IsolationUnavailable', message: 'no Docker' });
  });

  test('breaks off a build that nothing can use any more', async () => {
    const build = endless();
    flows.when({
      openRun: async () => plan([stage('test'), stage('build'), stage('deploy', { needs: ['test', 'build'] })]),
      buildArtifacts: build.work,
      runTests: async () => {
        await expect.poll(() => build.seen.began).toBe(1);
        return failing('bad', 'adds');
      },
    });
    const handle = await flows.start();
    const { stages } = await handle.result();
    expect(build.seen.ended).toBe(1);
    expect(byId(stages, 'build')).toMatchObject({ status: 'cancelled', reason: 'nothing that needs it can run any more (test failed)' });
    await expectCleanHistory(handle);
  });

  test('leaves out what planning left out and what its condition rules out, and goes on behind it', async () => {
    flows.when({
      openRun: async () =>
        plan([
          stage('lint', { leftOut: 'no path of it changed' }),
          stage('test', { when: "branch == 'release'" }),
          stage('build', { needs: ['lint', 'test'] }),
        ]),
      evaluateCondition: async ({ stage: { when } }) => when !== "branch == 'release'",
    });
    const { status, stages } = await (await flows.start()).result();
    expect(status).toBe('passed');
    expect(stages.map((record) => [record.status, record.reason])).toEqual([
      ['skipped', 'no path of it changed'],
      ['skipped', "its condition does not hold: branch == 'release'"],
      ['passed', undefined],
    ]);
  });

  test('holds new stages while paused and goes on when resumed', async () => {
    const gate = { open: false };
    flows.when({
      openRun: async () => plan([stage('lint'), stage('test', { needs: ['lint'] })]),
      lintCode: async () => {
        await expect.poll(() => gate.open, { timeout: 10_000 }).toBe(true);
        return result();
      },
    });
    const handle = await flows.start();
    await until(handle, ({ subtask_status }) => subtask_status.lint === 'running');
    await handle.executeUpdate(pauseUpdate);
    gate.open = true;
    const held = await until(handle, ({ subtask_status }) => subtask_status.lint === 'passed');
    expect(held).toMatchObject({ paused: true, subtask_status: { test: 'pending' } });
    await handle.executeUpdate(resumeUpdate);
    expect(await handle.result()).toMatchObject({ status: 'passed' });
    await expectCleanHistory(handle);
  });

  test('does a stage and all that need it again on a live run, without reuse, and refuses an unknown stage', async () => {
    const seen: string[] = [];
    const build = endless();
    flows.when({
      openRun: async () => plan([stage('lint'), stage('test'), stage('build', { needs: ['test'] })]),
      runTests: async ({ reuse }) => (seen.push(`test reuse=${reuse}`), result()),
      lintCode: async () => (seen.push('lint'), result()),
      buildArtifacts: async () => (build.seen.began === 0 ? await build.work() : result()),
    });
    const handle = await flows.start();
    await until(handle, ({ subtask_status }) => subtask_status.build === 'running' && build.seen.began === 1);
    await expect(handle.executeUpdate(rerunFromUpdate, { args: [{ stage: 'tets' }] })).rejects.toMatchObject({
      cause: { type: 'DecisionRefused', message: 'no stage tets; did you mean "test"?' },
    });
    const again = await handle.executeUpdate(rerunFromUpdate, { args: [{ stage: 'test' }] });
    expect(again).toEqual({ stages: ['test', 'build'] });
    const { status, stages } = await handle.result();
    expect(status).toBe('passed');
    expect(build.seen.ended).toBe(1);
    expect(seen.sort()).toEqual(['lint', 'test reuse=false', 'test reuse=true']);
    expect(byId(stages, 'test')).toMatchObject({ iteration: 2 });
    await expectCleanHistory(handle);
  });

  test('ends what runs when it is cancelled, writes its report, and counts as cancelled', async () => {
    const lint = endless();
    const reports: string[] = [];
    flows.when({
      openRun: async () => plan([stage('lint'), stage('build', { needs: ['lint'] })]),
      lintCode: lint.work,
      writeReport: async ({ result: { status } }) => (reports.push(status), { markdown: blob(), json: blob() }),
    });
    const handle = await flows.start();
    await until(handle, () => lint.seen.began === 1);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    expect(lint.seen.ended).toBe(1);
    expect(reports).toEqual(['cancelled']);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    const { final_result, phase } = await stateOf(handle);
    expect(phase).toBe('cancelled');
    expect(final_result).toMatchObject({ status: 'cancelled', stages: [{ status: 'cancelled' }, { status: 'cancelled' }] });
    await expectCleanHistory(handle);
  });

  test('gives a step to another worker as often as workers are lost, without counting them as tries', async () => {
    const tries = { lint: 0 };
    flows.when({
      openRun: async () => plan([stage('lint', { attempts: 1 })]),
      lintCode: async () => {
        tries.lint += 1;
        // Silent for longer than the heartbeat timeout: for the server this worker is gone.
        if (tries.lint <= 2) await new Promise((resolve) => setTimeout(resolve, 3000));
        return result();
      },
    });
    const { status } = await (await flows.start({ heartbeatTimeout: '1 second' })).result();
    expect(status).toBe('passed');
    expect(tries.lint).toBe(3);
  });

  test.each([
    { input: {}, says: 'repository: name a path' },
    { input: { repository: '' }, says: 'repository: name a path' },
    { input: { repository: 'x', reff: 'main' }, says: 'reff' },
    { input: { repository: 'x', decideWithin: 'soon' }, says: "decideWithin: expected a time span such as '90s'" },
    { input: { repository: 'x', isolation: 'none' }, says: 'isolation' },
    { input: 'x', says: 'input: Invalid input: expected object' },
  ])('fails at once with the field named for the input $input', async ({ input, says }) => {
    const handle = await flows.client().workflow.start('runPipeline', {
      taskQueue: 'orchestration',
      workflowId: `run-pipeline/test/${crypto.randomUUID()}`,
      args: [input],
    });
    const error = await handle.result().catch((error: unknown) => error);
    expect(failureType(error)).toBe('InvalidInput');
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(ApplicationFailure);
    expect((error as WorkflowFailedError).cause?.message).toContain(says);
  });
});

function blob() {
  return { sha256: 'e'.repeat(64), size: 1, mediaType: 'text/plain' };
}
