import type { BuildFeatureResult } from '../../schemas/buildFeature.ts';
import type { DevelopTester } from '../developContracts.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import { lastLine } from '../lib/lastLine.ts';
import { templateNamed } from '../lib/templates/list.ts';
import type { ProverDeps } from './proof/deps.ts';
import { stageTask } from '../lib/proof/stageTask.ts';

type Exhibits = BuildFeatureResult['exhibits'];

const mediaTypes: Readonly<Record<string, string>> = {
  csv: 'text/csv', html: 'text/html', json: 'application/json', md: 'text/markdown', svg: 'image/svg+xml', txt: 'text/plain', yaml: 'application/yaml',
}; // prettier-ignore

/** Runs a template's exhibit on finished work in a box, and keeps the files that it leaves; when the command fails, its log. */
export function createExhibitor({ runStage }: Pick<ProverDeps, 'runStage'>): DevelopTester['makeExhibits'] {
  return async ({ site, mind, change, timeout }) => {
    const exhibit = mind.kind === 'template' ? templateNamed(mind.template).exhibit : undefined;
    if (exhibit === undefined) return [];
    const kept: Exhibits = [];
    const task = stageTask({ site, source: sourceAt(site.source, change), id: 'exhibits', agent: 'test', timeout });
    const { passed, log } = await runStage(task, { version: 'exhibits@1' }, async (bench) => {
      const box = await bench.box();
      const { exitCode, tail } = await bench.run({ command: exhibit.command });
      for (const name of exitCode === 0 ? exhibit.files : []) {
        const text = await box.readText(name);
        if (text === undefined) continue;
        const { blob } = await bench.keep(name, 'report', text, mediaTypes[name.split('.').at(-1) ?? ''] ?? 'text/plain');
        if (blob) kept.push({ name, blob });
      }
      return { passed: exitCode === 0, summary: exitCode === 0 ? `${kept.length} exhibits` : lastLine(tail) };
    });
    // What did not work is shown too: an empty place would look as if there were nothing to show.
    return !passed && log !== undefined ? [...kept, { name: 'exhibit-failed.log', blob: log }] : kept;
  };
}
