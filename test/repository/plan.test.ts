import { describe, expect, it } from 'vitest';
import { parsePipeline, parseProject } from '../../repository/configFile.ts';
import { resolveStages } from '../../repository/plan.ts';
import type { Stage } from '../../schemas/stage.ts';
import { refusalOf } from '../support/refusals.ts';

const rules = parseProject('environments: {staging: , production: {protected: true}}', { path: 'project.yml' });

function stagesOf(text: string, changedPaths?: string[]): Stage[] {
  return resolveStages({ file: parsePipeline(text, { path: 'pipeline.yml' }), rules, changedPaths });
}
/** `id < need need`, a line each. */
const graph = (text: string) => stagesOf(text).map(({ id, needs }) => [id, ...(needs.length > 0 ? ['<', ...needs] : [])].join(' '));
const stageOf = (options: string, changedPaths?: string[]) => stagesOf(`pipeline: {stages: {lint: {${options}}}}`, changedPaths)[0];

describe('the order of stages', () => {
  it.each([
    ['a list runs one after the other', '[lint, test, build]', ['lint', 'test < lint', 'build < test']],
    ['an inner list runs side by side', '[[lint, security], test, [build]]', ['lint', 'security', 'test < lint security', 'build < test']],
    ['a report is always written, so it is left out', '[lint, report, test, report]', ['lint', 'test < lint']],
    ['needs override the place in a list', '[lint, test, {build: {needs: lint}}, {security: {needs: []}}]', ['lint', 'test < lint', 'build < lint', 'security']],
    ['a map runs at once', '{lint: , test: {}, build: {needs: [test]}}', ['lint', 'test', 'build < test']],
    ['a deploy in a map waits for all that are not deploys', '{deploy: , lint: , test: }', ['deploy < lint test', 'lint', 'test']],
    ['a deploy does not wait for what waits for it', '{test: , deploy: , smoke: {run: x, needs: deploy}, more: {run: y, needs: smoke}}', ['test', 'deploy < test', 'smoke < deploy', 'more < smoke']],
    ['two deploys do not wait for each other', '{test: , deploy: , live: {agent: deploy, needs: deploy}}', ['test', 'deploy < test', 'live < deploy']],
  ])('%s', (_what, stages, expected) => {
    expect(graph(`pipeline: {stages: ${stages}}`)).toEqual(expected);
  }); // prettier-ignore

  it.each([
    ['{build: {needs: test}, test: {needs: build}}', '1:36: pipeline.stages.build.needs: stages wait for each other: build → test → build; remove one of these needs'],
    ['{build: {needs: build}}', 'stages wait for each other: build → build'],
    ['{lint: , build: {needs: lnt}}', '1:44: pipeline.stages.build.needs: no stage is called "lnt"; did you mean "lint"?'],
    ['[lint, lint]', '1:27: pipeline.stages[1]: the stage "lint" is there twice; give one of them another name and an agent:'],
    ['{test: {matrix: {node: [20]}}, test-node-20: {run: x}}', 'two stages would have the id "test-node-20"'],
    ['{test: {matrix: {a: [1,2,3,4,5,6,7,8], b: [1,2,3,4,5,6,7]}}}', '56 stages with all matrix values; at most 50 are run'],
    ['{build: {when: results.tset.passed, needs: test}, test: }', 'no stage has the id "tset"; did you mean "test"?'],
    ['{build: {when: "!results.test.passed"}, test: }', 'looks at the result of "test", which it does not wait for; add test to its needs'],
    ['{test: {matrix: {node: [20]}}, build: {needs: test, when: results.test.passed}}', 'no stage has the id "test"; known: test-node-20'],
  ])('is refused: %s', (stages, message) => {
    expect(refusalOf(() => stagesOf(`pipeline: {stages: ${stages}}`))).toContain(message);
  }); // prettier-ignore
});

describe('the agent of a stage', () => {
  it.each([
    ['lint: ', 'lint'],
    ['unit: {agent: test}', 'test'],
    ['lint: {agent: test}', 'test'],
    ['unit-test: {run: x}', 'test'],
    ['build_docs: {run: x}', 'build'],
    ['docs: {run: x}', 'test'],
    ['contest: {run: x}', 'test'],
    ['report: {run: x, agent: build}', 'build'],
  ])('of %s is %s', (stage, agent) => {
    expect(stagesOf(`pipeline: {stages: {${stage}}}`)[0]?.agent).toBe(agent);
  });
});

describe('a stage', () => {
  it('has every default filled in', () => {
    expect(stageOf('')).toEqual({
      id: 'lint', name: 'lint', agent: 'lint', needs: [], when: undefined, leftOut: undefined, run: [], directory: '', env: {}, matrix: {}, allowFailure: false,
      retryOnFailure: 0, attempts: 3, timeout: '30 minutes', cache: true, approval: false,
      approvers: [], environment: undefined, with: {},
    }); // prettier-ignore
  });

  it('takes what the pipeline says for all, where it says nothing itself', () => {
    const text = 'pipeline: {stages: [lint, {test: {retry_on_failure: 3, timeout: 1 hour, env: {A: 2}}}, deploy], retry_on_failure: true, timeout: 5 minutes, env: {A: 1, B: true}}';
    expect(stagesOf(text).map(({ retryOnFailure, timeout, env, cache }) => ({ retryOnFailure, timeout, env, cache }))).toEqual([
      { retryOnFailure: 1, timeout: '5 minutes', env: { A: '1', B: 'true' }, cache: true },
      { retryOnFailure: 3, timeout: '1 hour', env: { A: '2', B: 'true' }, cache: true },
      { retryOnFailure: 0, timeout: '5 minutes', env: { A: '1', B: 'true' }, cache: false },
    ]);
  }); // prettier-ignore

  it.each([
    ['staging', 'deploy_environment: staging', '', false, 'staging'],
    ['production', 'deploy_environment: production', '', true, 'production'],
    ['production by the stage', 'deploy_environment: staging', 'environment: production', true, 'production'],
    ['a refusal to ask, for production', 'deploy_environment: production', 'approval: false', true, 'production'],
    ['a wish to ask', 'deploy_environment: staging', 'approval: true', true, 'staging'],
    ['an environment that the project does not list', 'deploy_environment: preview', '', true, 'preview'],
  ])('asks for approval as the project protects its environments: %s', (_what, top, stage, approval, environment) => {
    expect(stagesOf(`pipeline: {stages: [{deploy: {${stage}}}], ${top}}`)[0]).toMatchObject({ approval, environment });
  });

  it('is refused for an environment that is nearly a known one, which would slip past its protection', () => {
    expect(refusalOf(() => stagesOf('pipeline: {stages: [deploy], deploy_environment: Prodution}'))).toBe(
      'InvalidConfiguration: pipeline: pipeline.deploy_environment: the project knows no environment "Prodution"; did you mean "production"?',
    );
  });

  it('is there once for each combination of its matrix, and needs on its name mean all', () => {
    const stages = stagesOf('pipeline: {stages: {test: {matrix: {node: [20, 22], db: ["my sql"]}}, build: {needs: test}}}');
    expect(stages.map(({ id, name, needs, env, matrix }) => ({ id, name, needs, env, matrix }))).toEqual([
      { id: 'test-node-20-db-my-sql', name: 'test', needs: [], env: { MATRIX_NODE: '20', MATRIX_DB: 'my sql' }, matrix: { node: '20', db: 'my sql' } },
      { id: 'test-node-22-db-my-sql', name: 'test', needs: [], env: { MATRIX_NODE: '22', MATRIX_DB: 'my sql' }, matrix: { node: '22', db: 'my sql' } },
      { id: 'build', name: 'build', needs: ['test-node-20-db-my-sql', 'test-node-22-db-my-sql'], env: {}, matrix: {} },
    ]);
  }); // prettier-ignore

  it.each([
    ['no base, so all take part', 'src/**', undefined, undefined],
    ['a change that matches', 'src/**', ['docs/a.md', 'src/x/y.ts'], undefined],
    ['a hidden file', 'src/**', ['src/.env'], undefined],
    ['no change that matches', 'src/**', ['docs/a.md'], 'no changed path matches src/**'],
    ['no change at all', '"**"', [], 'no changed path matches **'],
    ['only what is taken away', '["**", "!docs/**"]', ['docs/a.md'], 'no changed path matches **, !docs/**'],
    ['only taking away', '["!docs/**"]', ['a.ts'], undefined],
    ['a folder with a slash', 'src/', ['src/a/b'], undefined],
  ])('is left out by its paths: %s', (_what, paths, changed, leftOut) => {
    expect(stageOf(`paths: ${paths}`, changed)?.leftOut).toBe(leftOut);
  });

  it('runs in a folder of plain form', () => {
    expect(['./a/', 'a/../b', '.', 'a//b'].map((directory) => stageOf(`directory: ${directory}`)?.directory)).toEqual([
      'a',
      'b',
      '',
      'a/b',
    ]);
  });

  it.each(['paths: ../x/**', 'with: {sarif: [/tmp/x]}', 'directory: ".."'])('is refused for a path outside: %s', (options) => {
    expect(refusalOf(() => stageOf(options))).toMatch(/^PathOutsideRepository: .*leaves the repository; write a path relative to its root/);
  });

  it('is refused for a pattern that is none', () => {
    expect(refusalOf(() => stageOf('paths: "src/{a"'))).toContain('"src/{a" is no pattern: a { without a }');
  });
});
