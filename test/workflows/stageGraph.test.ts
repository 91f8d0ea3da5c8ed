import { describe, expect, test } from 'vitest';
import { StageGraph } from '../../workflows/lib/stageGraph.ts';
import { stage } from '../support/plans.ts';

const ids = (stages: { id: string }[]) => stages.map(({ id }) => id);

describe('a stage graph', () => {
  test('starts what needs nothing, then what needed it', () => {
    const graph = new StageGraph([stage('lint'), stage('test'), stage('build', { needs: ['lint', 'test'] })]);
    expect(ids(graph.ready())).toEqual(['lint', 'test']);
    graph.change('lint', { status: 'passed' });
    expect(ids(graph.ready())).toEqual(['test']);
    graph.change('test', { status: 'passed' });
    expect(ids(graph.ready())).toEqual(['build']);
  });

  test.each([
    { how: 'passed', change: { status: 'passed' as const }, goesOn: true },
    { how: 'failed', change: { status: 'failed' as const }, goesOn: false },
    { how: 'failed where that is allowed', change: { status: 'failed' as const, allowFailure: true }, goesOn: true },
    { how: 'left out on purpose', change: { status: 'skipped' as const, leftOut: true }, goesOn: true },
    { how: 'skipped for a failure', change: { status: 'skipped' as const }, goesOn: false },
    { how: 'cancelled', change: { status: 'cancelled' as const }, goesOn: false },
  ])('goes on after a need that was $how: $goesOn', ({ change, goesOn }) => {
    const graph = new StageGraph([stage('test'), stage('build', { needs: ['test'] })]);
    graph.change('test', change);
    expect(ids(graph.ready())).toEqual(goesOn ? ['build'] : []);
    expect(graph.unreachable()).toHaveLength(goesOn ? 0 : 1);
  });

  test('halts at a failure: nothing new starts, with the reason told, but for conditions that look at results', () => {
    const notify = stage('notify', { agent: 'test', needs: ['test'], when: '!results.test.passed' });
    const graph = new StageGraph([stage('test'), stage('build', { needs: ['test'] }), stage('docs', { agent: 'build' }), notify]);
    graph.change('test', { status: 'failed' });
    expect(graph.haltedBy).toBe('test');
    expect(ids(graph.ready())).toEqual(['notify']);
    expect(graph.unreachable()).toEqual([
      { id: 'build', reason: 'needs test, which failed' },
      { id: 'docs', reason: 'test failed, so the run was halted' },
    ]);
  });

  test('breaks off a build that nobody can use any more, but no check and no deploy', () => {
    const deploy = stage('deploy', { needs: ['build', 'lint', 'test'] });
    const graph = new StageGraph([stage('lint'), stage('test'), stage('build'), deploy]);
    for (const id of ['lint', 'build']) graph.change(id, { status: 'running' });
    graph.change('test', { status: 'failed' });
    expect(graph.pointless()).toEqual([]);
    graph.change('deploy', { status: 'skipped' });
    expect(ids(graph.pointless())).toEqual(['build']);
  });

  test('keeps a build that nothing needs: it is there for its own sake', () => {
    const graph = new StageGraph([stage('test'), stage('build')]);
    graph.change('build', { status: 'running' });
    graph.change('test', { status: 'failed' });
    expect(graph.pointless()).toEqual([]);
  });

  test('finds a stage by id or name with all that need it, in order', () => {
    const twenty = stage('test-node-20', { name: 'test', agent: 'test' });
    const graph = new StageGraph([
      stage('lint'),
      twenty,
      stage('build', { needs: ['test-node-20'] }),
      stage('deploy', { needs: ['build'] }),
    ]);
    expect(ids(graph.from('test'))).toEqual(['test-node-20', 'build', 'deploy']);
    expect(ids(graph.from('lint'))).toEqual(['lint']);
    expect(graph.from('nothing')).toEqual([]);
  });

  test('starts over: counts tries on, and gives halted stages their chance again', () => {
    const graph = new StageGraph([stage('test'), stage('build', { needs: ['test'] }), stage('docs', { agent: 'build' })]);
    graph.change('test', { status: 'failed', iteration: 2, reason: 'bad' });
    graph.change('build', { status: 'skipped' });
    graph.change('docs', { status: 'skipped', leftOut: true });
    graph.reset(['test', 'build']);
    expect(graph.records.map(({ status }) => status)).toEqual(['pending', 'pending', 'skipped']);
    expect(graph.record('test')).toMatchObject({ iteration: 2, reason: undefined });
  });
});
