import { expect, it } from 'vitest';
import { validateFile } from '../../repository/validateFile.ts';
import { refusalOf } from '../support/refusals.ts';

it.each([
  ['pipeline', 'pipeline: {stages: [lint]}', 'accepted'],
  ['project', 'owners: me', 'accepted'],
  ['project', 'pipeline: {}', 'InvalidConfiguration: f.yml:1:1: pipeline: unknown key'],
  ['pipelin', '', 'InvalidInput: type: no file type "pipelin"; did you mean "pipeline"?'],
])('checks a %s: %s', (type, text, outcome) => {
  expect(refusalOf(() => validateFile({ type, text, path: 'f.yml' }))).toContain(outcome);
});
