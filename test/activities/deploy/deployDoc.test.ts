import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePipeline, parseProject } from '../../../repository/configFile.ts';
import { resolveStages } from '../../../repository/plan.ts';
import { BuildSettings, DeploySettings } from '../../../schemas/settings.ts';

const doc = readFileSync(new URL('../../../docs/deploy.md', import.meta.url), 'utf8');
const examples = [...doc.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => ({
  text,
  line: doc.slice(0, doc.indexOf(text)).split('\n').length,
}));
const rules = parseProject('environments: { production: {} }', { path: 'project.yml' });

describe('docs/deploy.md', () => {
  it.each(examples)('has an example in line $line whose settings are known', ({ text }) => {
    // A build stands in for the one that an example only names.
    const whole = text.includes('build:') ? text : text.replace('stages:\n', 'stages:\n    build: {}\n');
    const stages = resolveStages({ file: parsePipeline(whole, { path: 'pipeline.yml' }), rules });
    for (const { agent, with: settings } of stages) {
      const schema = agent === 'deploy' ? DeploySettings : BuildSettings;
      expect(schema.safeParse(settings).error?.issues ?? []).toEqual([]);
    }
    expect(stages.length).toBeGreaterThan(0);
  });

  it('names every target', () => {
    expect(DeploySettings.shape.target.unwrap().options.filter((target) => !doc.includes(`\`${target}\``))).toEqual([]);
  });
});
