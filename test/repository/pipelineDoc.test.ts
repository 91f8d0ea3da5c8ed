import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePipeline, parseProject } from '../../repository/configFile.ts';
import { resolveStages } from '../../repository/plan.ts';
import { StageOptions } from '../../schemas/pipelineFile.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';

const doc = readFileSync(new URL('../../docs/pipeline.md', import.meta.url), 'utf8');
const blocks = [...doc.matchAll(/^```yaml( project)?\n(.*?)^```$/gms)].map(([, project, text = '']) => ({
  project: project !== undefined,
  text,
  line: doc.slice(0, doc.indexOf(text)).split('\n').length,
}));
const rules = parseProject(blocks.find(({ project }) => project)?.text ?? '', { path: 'project.yml' });
const idsOf = (text: string) =>
  resolveStages({ file: parsePipeline(text, { path: 'pipeline.yml' }), rules }).map(({ id, needs }) => [id, ...needs].join(' '));

describe('docs/pipeline.md', () => {
  it.each(blocks.filter(({ project }) => !project))('has an example in line $line that resolves', ({ text }) => {
    expect(idsOf(text).length).toBeGreaterThan(0);
  });

  it('says truly what its long example means', () => {
    const text = blocks.find((block) => block.text.includes('unit-test:'))?.text ?? '';
    expect(idsOf(text)).toEqual([
      'lint',
      'unit-test',
      'integration-node-20 unit-test',
      'integration-node-22 unit-test',
      'docs',
      'build unit-test integration-node-20 integration-node-22',
      'deploy lint unit-test integration-node-20 integration-node-22 docs build',
      'smoke deploy',
    ]);
  });

  it('names every key of a stage and of the project', () => {
    const keys = [
      ...Object.keys(StageOptions.shape).map((key) => `| \`${key}\` |`),
      ...Object.keys(ProjectFile.shape).map((key) => (key === '$schema' ? key : `\n${key}:`)),
    ];
    expect(keys.filter((key) => !doc.includes(key))).toEqual([]);
  });

  it('has project rules that are read as written', () => {
    expect(rules.environments.production).toMatchObject({ protected: true, approvals: [{ quorum: 1 }, { quorum: 2 }] });
    expect(rules.environments.staging).toMatchObject({ protected: false, approvers: ['leads', 'kim'] });
    expect(rules.review).toMatchObject({ secrets: 'block', ignore: ['vendor/**'] });
  });
});
