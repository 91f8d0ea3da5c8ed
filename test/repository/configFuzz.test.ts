import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parsePipeline, parseProject } from '../../repository/configFile.ts';
import { resolveStages } from '../../repository/plan.ts';
import { failureType } from '../../schemas/failures.ts';
import { PipelineFile } from '../../schemas/pipelineFile.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import { Stage } from '../../schemas/stage.ts';

const rules = ProjectFile.parse({ environments: { production: { protected: true } } });

function readOrRefused(text: string): void {
  try {
    const file = parsePipeline(text, { path: 'pipeline.yml' });
    // What is read must also survive a second reading, as an input of a run, and give a sound plan.
    expect(PipelineFile.parse(JSON.parse(JSON.stringify(file)))).toEqual(file);
    const stages = resolveStages({ file, rules, changedPaths: ['src/a.ts'] });
    const ids = stages.map(({ id }) => Stage.shape.id.parse(id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(stages.flatMap(({ needs }) => needs).every((need) => ids.includes(need))).toBe(true);
  } catch (error) {
    expect(['InvalidConfiguration', 'PathOutsideRepository']).toContain(failureType(error) ?? error);
    expect(String(error)).not.toMatch(/\n\s+at |node_modules/);
  }
}

const word = fc.constantFrom(
  'lint',
  'test',
  'build',
  'deploy',
  'report',
  'unit-test',
  '__proto__',
  'constructor',
  '',
  '*',
  '../x',
  '<<',
  'a b',
  'toString',
);
const key = fc.constantFrom(
  'needs',
  'when',
  'paths',
  'run',
  'env',
  'matrix',
  'retry',
  'timeout',
  'with',
  'agent',
  'directory',
  'environment',
  'approval',
  '__proto__',
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, word, fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom('branch == "main"', 'results.test.passed', '5 minutes', 'src/**', '{'), fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(fc.oneof(word, key), tie('any'), { maxKeys: 3 })),
})).any; // prettier-ignore
const stage = fc.dictionary(key, value, { maxKeys: 4 });
const stages = fc.oneof(
  fc.array(fc.oneof(word, fc.dictionary(word, stage, { maxKeys: 2 }), fc.array(word, { maxLength: 3 })), { maxLength: 5 }),
  fc.dictionary(word, fc.oneof(stage, fc.constant(null)), { maxKeys: 6 }),
  value,
);

it('never does anything with bytes but read them or refuse them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readOrRefused(Buffer.from(bytes).toString('utf8'))),
    { numRuns: 500 },
  );
});

it('never does anything with YAML-like text but read it or refuse it', () => {
  const piece = fc.constantFrom('pipeline:', ' ', '  ', '\n', '- ', '[', ']', '{', '}', ': ', ', ', '&a ', '*a', '<<', '!!x ', '"', "'", '#', '|', '\t', '---\n', 'stages', 'lint', 'test', '? ');
  fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => readOrRefused(pieces.join(''))), { numRuns: 1000 });
}); // prettier-ignore

it('never does anything with a pipeline of any shape but resolve it or refuse it', () => {
  fc.assert(
    fc.property(stages, (stages) => readOrRefused(JSON.stringify({ pipeline: { stages } }))),
    { numRuns: 2000 },
  );
});

it('never does anything with project rules of any shape but read or refuse them', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...Object.keys(ProjectFile.shape), '__proto__', 'x'), value), (content) => {
      try {
        parseProject(JSON.stringify(content), { path: 'project.yml' });
      } catch (error) {
        expect(failureType(error) ?? error).toBe('InvalidConfiguration');
      }
    }),
    { numRuns: 500 },
  );
});
