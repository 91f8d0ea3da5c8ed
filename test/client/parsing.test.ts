import { describe, expect, it } from 'vitest';
import { servingOf } from '../../client/cli/commands/worker.ts';
import { versionIn } from '../../client/cli/doctor/tools.ts';
import { newPart, remainder } from '../../client/cli/logTail.ts';
import { collectSetting, commaList, positive } from '../../client/cli/settings.ts';
import { parseInput } from '../../client/parseInput.ts';
import { doingIn, stepOf } from '../../client/pending.ts';
import { failureMessage } from '../../schemas/failures.ts';
import { agents } from '../../schemas/names.ts';
import { PipelineRequest } from '../../schemas/runPipeline.ts';
import { stageView } from '../support/runViews.ts';

describe('--set key=value', () => {
  it.each([
    ['isolation=process', { isolation: 'process' }],
    ['reuse=false', { reuse: false }],
    ['stages=[lint, test]', { stages: ['lint', 'test'] }],
    ['decideWithin=2 hours', { decideWithin: '2 hours' }],
    ['ref=1234567', { ref: '1234567' }],
    ['ref=feature=x', { ref: 'feature=x' }],
    ['base=', { base: '' }],
  ])('reads %s', (text, expected) => {
    expect(collectSetting(text)).toEqual(expected);
  });

  it('collects several, the last of one key wins', () => {
    expect(collectSetting('reuse=false', collectSetting('reuse=true', { ref: 'x' }))).toEqual({ ref: 'x', reuse: false });
  });

  it.each([
    ['isolaton=process', 'did you mean "isolation"?'],
    ['repository=x', 'no such input'],
    ['isolation', 'key=value'],
    ['=x', 'key=value'],
  ])('refuses %s', (text, why) => {
    expect(() => collectSetting(text)).toThrow(why);
  });
});

describe('inputs of a run', () => {
  it.each([
    [{ repository: '.', decideWithin: 'soon' }, 'decideWithin: expected a time span'],
    [{ repository: '.', isolation: 'jail' }, 'isolation: '],
    [{ repository: '' }, 'repository: name a path'],
    [{ repository: '.', truste: true }, 'unknown input truste; did you mean "trusted"?'],
  ])('refuses %j and names the field', (input, why) => {
    expect(messageOf(() => parseInput(PipelineRequest, input))).toContain(why);
  });
});

describe('lists and numbers', () => {
  it('takes lists apart and drops empty parts', () => expect(commaList('lint, test,,')).toEqual(['lint', 'test']));
  it('refuses an empty list', () => expect(() => commaList(' , ')).toThrow('at least one'));
  it('takes whole numbers from 1', () => expect(positive('20')).toBe(20));
  it.each(['0', '-1', '1.5', 'x', '1e9', ''])('refuses %s as a count', (text) => expect(() => positive(text)).toThrow('whole number'));
});

describe('what a worker serves', () => {
  it.each([
    [{}, { agents, flows: true }],
    [{ flows: true }, { agents: [], flows: true }],
    [{ agents: ['lint' as const] }, { agents: ['lint'], flows: false }],
    [
      { agents: ['lint' as const], flows: true },
      { agents: ['lint'], flows: true },
    ],
  ])('for %j is %j', (options, expected) => {
    expect(servingOf(options)).toEqual(expected);
  });
});

describe('the growing end of a log', () => {
  it.each([
    ['', 'abc', 'abc'],
    ['abc', 'abcdef', 'def'],
    ['abcdef', 'defghi', 'ghi'],
    ['abc', 'abc', ''],
    ['abc', 'xyz', 'xyz'],
  ])('after %j, of %j only %j is new', (before, after, expected) => {
    expect(newPart(before, after)).toBe(expected);
  });
  it('prints what of the whole log has not been printed', () => {
    expect(remainder('one two three', 'two')).toBe(' three');
    expect(remainder('one two', 'lost')).toBe('one two');
  });
  it.each([
    ['$ npm test\nok 1\n', 'npm test'],
    ['$ npm ci\n· ran npm ci: exit 0\nnoise', 'ran npm ci: exit 0'],
    ['noise', undefined],
    ['', undefined],
  ])('finds in %j that the stage does %j', (log, doing) => expect(doingIn(log)).toBe(doing));
});

describe('the step of a stage', () => {
  const step = { activity: 'runTests', started: true, attempt: 1 };
  const record = stageView('test-node-24', { agent: 'test', status: 'running' });
  it('is found by the name in its heartbeat, else by its agent', () => {
    const other = { ...step, stage: 'test-node-22' };
    expect(stepOf(record, [other, { ...step, stage: record.id, doing: 'x' }])?.doing).toBe('x');
    expect(stepOf(record, [other, step])).toBe(step);
    expect(stepOf(record, [other])).toBeUndefined();
    expect(stepOf({ ...record, status: 'passed' }, [step])).toBeUndefined();
  });
});

it.each([
  ['git version 2.39.5', '2.39.5'],
  ['go version go1.26.8 linux/amd64', '1.26.8'],
  ['v8.30.1', '8.30.1'],
  ['unknown', 'unknown'],
])('finds the version in %j', (said, version) => expect(versionIn(said)).toBe(version));

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return failureMessage(error);
  }
  return '';
}
