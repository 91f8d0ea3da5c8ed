import { expect, it } from 'vitest';
import { httpService } from '../../../../../activities/lib/templates/http/template.ts';
import { refusalOf } from '../../../../support/refusals.ts';

const book = {
  plural: 'books',
  singular: 'book',
  fields: [{ name: 'a', kind: 'text', required: true }],
  operations: ['list'],
  filters: [],
};

it.each<[title: string, subject: Record<string, unknown>, task: string]>([
  ['nothing', {}, 't1'],
  ['another name in code', { resources: [{ ...book, plural: "books'; process.exit()" }] }, 't1'],
  ['a path as name', { resources: [{ ...book, plural: '../../x' }] }, 't1'],
  ['code as field', { resources: [{ ...book, fields: [{ name: 'a: string }; process.exit(); {', kind: 'text', required: true }] }] }, 't1'],
  ['code as choice', { resources: [{ ...book, fields: [{ name: 'a', kind: 'choice', required: true, choices: ["'", '*/'] }] }] }, 't1'],
  ['an unknown task', { resources: [book] }, 't9'],
])('a subject with %s is refused at every call', (_title, subject, task) => {
  const calls = [
    () => httpService.contract(subject, task),
    () => httpService.tests(subject, task),
    () => httpService.code(subject, task),
    ...(task === 't1' ? [() => httpService.plan(subject)] : []),
  ];
  for (const call of calls)
    expect(refusalOf(call)).toMatch(/^InvalidInput: (?:subject: .*plan the request again|task: .*has t1, t2, t3, t4)/);
});

it('the same subject gives the same text', () => {
  const subject = { resources: [book] };
  const all = () => ['t1', 't2', 't3', 't4'].map((id) => [httpService.contract(subject, id), httpService.tests(subject, id), httpService.code(subject, id)]); // prettier-ignore
  expect(all()).toEqual(all());
});
