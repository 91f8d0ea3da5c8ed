import { describe, expect, test } from 'vitest';
import { resultDigest, stageKey } from '../../../activities/lib/stageKey.ts';
import { ProjectFile } from '../../../schemas/projectFile.ts';
import type { StageTask } from '../../../schemas/stage.ts';
import { source, stage } from '../../support/plans.ts';

const agent = { version: 'tester@1' };
const day = '2026-01-01';
const need = { passed: true, digest: 'd1', artifacts: [] };
const sha = (digit: string) => digit.repeat(40) as typeof source.tree;

function task(change: Partial<StageTask> = {}): StageTask {
  return {
    source,
    stage: stage('test'),
    needs: { build: need },
    rules: ProjectFile.parse({}),
    isolation: 'docker',
    iteration: 1,
    effectKey: 'w/r/test/1',
    reuse: true,
    ...change,
  };
}

describe('the key of a stage’s result', () => {
  test.each([
    { what: 'the tree', change: task({ source: { ...source, tree: sha('f') } }) },
    { what: 'the base', change: task({ source: { ...source, base: sha('f') } }) },
    { what: 'the trust, so that a stranger’s result never serves a trusted run', change: task({ source: { ...source, trusted: true } }) },
    { what: 'the isolation', change: task({ isolation: 'process' }) },
    { what: 'the commands', change: task({ stage: stage('test', { run: ['true'] }) }) },
    { what: 'the environment variables', change: task({ stage: stage('test', { env: { A: '1' } }) }) },
    { what: 'the agent’s settings', change: task({ stage: stage('test', { with: { coverage: 80 } }) }) },
    { what: 'a needed result', change: task({ needs: { build: { ...need, digest: 'd2' } } }) },
    { what: 'the project’s rules', change: task({ rules: ProjectFile.parse({ tests: { coverage: 80 } }) }) },
  ])('changes with $what', ({ change }) => {
    expect(stageKey(change, agent, day)).not.toBe(stageKey(task(), agent, day));
  });

  test('changes with the agent’s version', () => {
    expect(stageKey(task(), { version: 'tester@2' }, day)).not.toBe(stageKey(task(), agent, day));
  });

  test.each([
    { what: 'the commit, when its tree is the same', change: task({ source: { ...source, commit: sha('f') } }) },
    { what: 'the try and its effect key', change: task({ iteration: 2, effectKey: 'w/r/test/2' }) },
    {
      what: 'how patiently the stage is tried',
      change: task({ stage: stage('test', { retryOnFailure: 3, attempts: 1, timeout: '1 hour' }) }),
    },
  ])('stays the same whatever $what', ({ change }) => {
    expect(stageKey(change, agent, day)).toBe(stageKey(task(), agent, day));
  });

  test('is good for one day when a waiver or a quarantine took part', () => {
    const quarantine = [{ test: 'adds', reason: 'clock', owner: 'ann', expires: '2026-02-01' }];
    const excused = task({ rules: ProjectFile.parse({ tests: { quarantine } }) });
    expect(stageKey(excused, agent, '2026-01-02')).not.toBe(stageKey(excused, agent, day));
    expect(stageKey(task(), agent, '2026-01-02')).toBe(stageKey(task(), agent, day));
  });
});

describe('the digest of a result', () => {
  const made = (digest: string, kind: 'package' | 'junit') => ({ passed: true, summary: 's', artifacts: [{ name: 'a', kind, digest }] });

  test('is that of its judgement and of what it made, not of its measurements', () => {
    expect(resultDigest(made('1', 'package'))).not.toBe(resultDigest(made('2', 'package')));
    expect(resultDigest(made('1', 'junit'))).toBe(resultDigest(made('2', 'junit')));
    expect(resultDigest({ passed: false, summary: 's' })).not.toBe(resultDigest({ passed: true, summary: 's' }));
  });
});
