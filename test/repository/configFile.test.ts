import type { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { findConfig, parsePipeline, parseProject } from '../../repository/configFile.ts';
import { expectFailure } from '../support/failures.ts';
import { treeOf } from '../support/memoryTree.ts';
import { refusalOf } from '../support/refusals.ts';

const path = 'pipeline.yml';
const refused = (text: string) => refusalOf(() => parsePipeline(text, { path }));

describe('a pipeline file', () => {
  it('takes the short form as it stands', () => {
    const text =
      'pipeline: {stages: [lint, test, build, security, deploy], retry_on_failure: true, notify_on_success: true, deploy_environment: staging}';
    expect(parsePipeline(text, { path })).toEqual({
      pipeline: {
        stages: ['lint', 'test', 'build', 'security', 'deploy'],
        retry_on_failure: 1,
        notify_on_success: true,
        deploy_environment: 'staging',
      },
    });
  });

  it('reads JSON, anchors and merge keys', () => {
    expect(parsePipeline('{"$schema": "x", "pipeline": {"stages": ["lint"]}}', { path }).pipeline.stages).toEqual(['lint']);
    const merged = 'pipeline:\n  stages:\n    lint: &slow {timeout: 5 minutes}\n    test: {<<: *slow, retry: 2}\n';
    expect(parsePipeline(merged, { path }).pipeline.stages).toMatchObject({ test: { timeout: '5 minutes', retry: 2 } });
  });

  it.each([
    ['an unknown key', 'pipeline:\n  stages: [lint]\n  retry_on_failur: true\n', '3:3: pipeline.retry_on_failur: unknown key; did you mean "retry_on_failure"?'],
    ['an unknown key of a stage', 'pipeline:\n  stages:\n    test:\n      tiemout: 5m\n', '4:7: pipeline.stages.test.tiemout: unknown key; did you mean "timeout"?'],
    ['an unknown key of a stage in a list', 'pipeline:\n  stages:\n    - test: {tiemout: 5m}\n', '3:14: pipeline.stages[0].test.tiemout: unknown key; did you mean "timeout"?'],
    ['a wrong type', 'pipeline:\n  stages:\n    test:\n      retry: many\n', '4:14: pipeline.stages.test.retry: is a text ("many"); expected a number'],
    ['a list where a map belongs', '- lint\n- test\n', '1:1: is a list; expected a map'],
    ['an unknown stage', 'pipeline:\n  stages:\n    - lnt\n', '3:7: pipeline.stages[0]: no agent is called "lnt"; did you mean "lint"?'],
    ['a stage of no agent', 'pipeline: {stages: [{docs: {}}]}', '1:22: pipeline.stages[0].docs: no agent is called "docs"; add agent: (lint, test, build, security, deploy) or run:'],
    ['an unknown agent', 'pipeline: {stages: {unit: {agent: tset}}}', '1:35: pipeline.stages.unit.agent: "tset" is not known here; did you mean "test"?'],
    ['settings beside the stage', 'pipeline:\n  stages:\n    - test:\n      retry: 2\n', '4:7: pipeline.stages[0].retry: stands beside the stage, not in it; indent it two spaces more'],
    ['the same key twice', 'pipeline:\n  stages: [lint]\n  stages: [test]\n', '3:3: stages: the key is there twice; keep one of them'],
    ['an empty list', 'pipeline:\n  stages: []\n', '2:11: pipeline.stages: is empty; at least 1 entry'],
    ['an empty map', 'pipeline: {stages: {}}', '1:20: pipeline.stages: holds no stage; name at least one, for example [lint, test]'],
    ['only a report', 'pipeline: {stages: [report]}', '1:20: pipeline.stages: holds no stage'],
    ['nothing at all', '', '1:1: pipeline: is missing; add it: a map'],
    ['plain text', 'hello', '1:1: is a text ("hello"); expected a map'],
    ['a tab', 'pipeline:\n\tstages: [lint]\n', '2:1: a tab indents the line; indent with spaces'],
    ['wrong indentation', 'pipeline:\n  stages:\n    - lint\n   - test\n', '4:1: the indentation does not fit the lines above'],
    ['an open bracket', 'pipeline: {stages: [lint, test\n', '2:1: '],
    ['two documents', 'pipeline: {stages: [lint]}\n---\na: 1\n', '2:1: a second document starts here; keep one document per file'],
    ['a tag', 'pipeline: !!js/function "x"\n', '1:11: Unresolved tag'],
    ['NUL', 'pipeline: \u0000', '1:11: the file is binary or not UTF-8; save it as UTF-8 text'],
    ['a negative retry', 'pipeline: {stages: [lint], retry_on_failure: -1}', '1:46: pipeline.retry_on_failure: -1 is too small; at least 0'],
    ['an endless timeout', 'pipeline: {stages: [lint], timeout: forever}', `1:37: pipeline.timeout: "forever" does not fit; expected a time span such as '90s'`],
    ['a bad name of a variable', 'pipeline: {stages: [lint], env: {a-b: 1}}', '1:34: pipeline.env.a-b: not a name of an environment variable; rename it'],
    ['a wrong setting of the agent', 'pipeline: {stages: {deploy: {with: {port: 99999}}}}', '1:43: pipeline.stages.deploy.with.port: is too large; at most 65535'],
    ['an unknown setting of the agent', 'pipeline: {stages: {deploy: {with: {tagret: docker}}}}', '1:37: pipeline.stages.deploy.with.tagret: unknown key; did you mean "target"?'],
    ['a condition that is none', 'pipeline: {stages: {lint: {when: "brnch == 1"}}}', '1:34: pipeline.stages.lint.when: Unknown variable: brnch (character 1 of the condition)'],
  ])('is refused for %s', (_what, text, message) => {
    expect(refused(text)).toContain(`InvalidConfiguration: pipeline.yml:${message}`);
  }); // prettier-ignore

  it('tells all problems, in the order of the file', () => {
    const text = 'pipeline:\n  stages:\n    test: {retry: 99, whn: x}\n    lint: {timeout: 3}\n';
    try {
      parsePipeline(text, { path });
      expect.unreachable();
    } catch (error) {
      const problems = (error as ApplicationFailure).details?.[0] as { problems: { line: number; key: string }[] };
      expect(problems.problems.map(({ line, key }) => `${line} ${key}`)).toEqual([
        '3 pipeline.stages.test.retry',
        '3 pipeline.stages.test.whn',
        '4 pipeline.stages.lint.timeout',
      ]);
    }
  });

  it.each([
    ['../..', 'leaves the repository'],
    ['/etc', 'leaves the repository'],
    ['a/../../b', 'leaves the repository'],
    ['C:\\x', 'leaves the repository'],
    ['~root', 'leaves the repository'],
  ])('is refused for a folder outside: %s', (directory, message) => {
    const text = JSON.stringify({ pipeline: { stages: { lint: { directory } } } });
    expect(refused(text)).toMatch(/^PathOutsideRepository: pipeline.yml:1:/);
    expect(refused(text)).toContain(message);
  });

  it('refuses alias bombs, endless aliases, deep nesting and large files without much work', () => {
    const levels = 'bcdefghij'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(', ')}]`);
    const started = performance.now();
    expect(refused(['a: &a [x, x, x]', ...levels].join('\n'))).toMatch(/^InvalidConfiguration: .*(?:aliases|alias)/);
    expect(refused(`a: &a [${'x,'.repeat(50_000)}]\nb: [${Array(60).fill('*a').join(',')}]`)).toContain('aliases expand to something huge');
    expect(refused('a: &a [*a]')).toContain('aliases expand');
    for (const text of ['[', '}', '? ', '- ']) expect(refused(text.repeat(100_000))).toContain('nested too deeply');
    expect(refused(`a: ${'x'.repeat(50 * 2 ** 20)}`)).toContain(
      'pipeline.yml:1:1: the file has 51201 KiB; a configuration has at most 256 KiB',
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('a project file', () => {
  it('may be empty, which means the defaults', () => {
    expect(parseProject('', { path: 'project.yml' })).toMatchObject({
      branches: ['main', 'master'],
      environments: {},
      security: { block: 'high' },
    });
    expect(parseProject('environments: {staging: , production: {protected: true}}', { path: 'project.yml' }).environments).toMatchObject({
      staging: { protected: false },
      production: { protected: true },
    });
  });

  it.each([
    ['enviroments: {}', '1:1: enviroments: unknown key; did you mean "environments"?'],
    ['security: {block: hihg}', '1:19: security.block: "hihg" is not known here; did you mean "high"?'],
    [
      'security: {waivers: [{id: x, reason: y, owner: z, expires: soon}]}',
      '1:60: security.waivers[0].expires: "soon" does not fit; Invalid ISO date',
    ],
    [
      'security:\n  waivers:\n    - id: x\n      reason: y\n      owner: z\n',
      '3:7: security.waivers[0].expires: is missing; add it: a text',
    ],
    ['tests: {coverage: 101}', '1:19: tests.coverage: is too large; at most 100'],
  ])('is refused: %s', (text, message) => {
    expect(refusalOf(() => parseProject(text, { path: 'project.yml' }))).toContain(`InvalidConfiguration: project.yml:${message}`);
  });
});

describe('findConfig', () => {
  it('finds the files at the root or under .mainstay', async () => {
    expect(await findConfig(treeOf({ 'pipeline.yaml': 'p', '.mainstay/project.json': 'q', 'src/pipeline.yml': 'r' }))).toEqual({
      pipeline: { path: 'pipeline.yaml', text: 'p' },
      project: { path: '.mainstay/project.json', text: 'q' },
    });
    expect(await findConfig(treeOf({}))).toEqual({});
  });

  it('refuses two of them, and one that is no text', async () => {
    await expectFailure(
      findConfig(treeOf({ 'pipeline.yml': '', '.mainstay/pipeline.json': '' })),
      'InvalidConfiguration',
      'pipeline.yml and .mainstay/pipeline.json',
    );
    const binary = { list: () => Promise.resolve(['pipeline.yml']), read: () => Promise.resolve(undefined) };
    await expectFailure(findConfig(binary), 'InvalidConfiguration', 'pipeline.yml:1:1: the file is binary');
  });
});
