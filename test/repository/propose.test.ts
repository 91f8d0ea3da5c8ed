import { expect, it } from 'vitest';
import { detectProject } from '../../repository/detect/detectProject.ts';
import { parsePipeline, parseProject } from '../../repository/configFile.ts';
import { resolveStages } from '../../repository/plan.ts';
import { proposePipeline } from '../../repository/propose.ts';
import { treeOf } from '../support/memoryTree.ts';

const proposed = async (files: Record<string, string | object>) => proposePipeline(await detectProject(treeOf(files)));

it.each([
  ['all there is', { 'package.json': { name: 'a', version: '1.0.0', scripts: { test: 'jest', lint: 'eslint .' } } }, ['lint', 'test', 'build', 'security']],
  ['no linter', { 'pyproject.toml': '[project]\nname = "a"\n[build-system]\nrequires = ["hatchling"]', 'tests/conftest.py': '' }, ['test', 'build', 'security']],
  ['only a Dockerfile', { Dockerfile: 'FROM scratch' }, ['build', 'security']],
  ['nothing', { 'README.md': '' }, ['security']],
])('proposes the stages that something was found for, side by side: %s', async (_what, files, expected) => {
  const { file, why } = await proposed(files);
  const stages = resolveStages({ file, rules: parseProject('', { path: 'project.yml' }) });
  expect(stages.map(({ id }) => id)).toEqual(expected);
  expect(stages.flatMap(({ needs }) => needs)).toEqual([]);
  expect(Object.keys(why)).toEqual(expected);
}); // prettier-ignore

it('writes a commented file that reads as what was proposed', async () => {
  const { file, yaml } = await proposed({ 'package.json': { scripts: { test: 'npm run lint && npm run t1', t1: 'mocha', lint: 'eslint .' } } });
  expect(parsePipeline(yaml, { path: 'pipeline.yml' })).toEqual(file);
  expect(yaml).toContain('    # script "t1" runs mocha\n    test: {}\n');
}); // prettier-ignore

it('lets no name of the repository out of a comment', async () => {
  const { file, yaml } = await proposed({ 'a\nb: [/package.json': { name: 'x', scripts: { 'test': 'npm run "x\ny"', 'x\ny': 'mocha', "lint:js": 'eslint' } } }); // prettier-ignore
  expect(parsePipeline(yaml, { path: 'pipeline.yml' })).toEqual(file);
});
