import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { fileTypeOf, validateFile } from '../../repository/validateFile.ts';
import { refusalOf } from '../support/refusals.ts';

const task = { id: 't1', title: 'Retry', description: 'Try again', acceptance_criteria: [{ id: 'a', text: 'tries twice' }] };
const plan = { id: 'plan-1', request: 'retry', summary: 'One task', tasks: [task] };
const contract = { task_id: 't1', version: 1, title: 'Retry', language: 'typescript', interfaces: [], test_skeletons: [] };
const report = {
  task_id: 't1', accepted: false, verdict: 'it fails', commands: ['npm test'], refusals: [], coverage: null,
  environment: { isolation: 'docker', network: false, notices: [] }, started_at: '2026-01-01T00:00:00Z', ended_at: '2026-01-01T00:00:01Z',
}; // prettier-ignore
const buildReport = {
  task_id: 't1', commit: 'a'.repeat(40), passed: false, notices: [], started_at: '2026-01-01T00:00:00Z', ended_at: '2026-01-01T00:00:01Z',
  steps: [{ step: 'build', passed: false, summary: 'exit code 1', duration_ms: 100, isolation: 'docker', artifacts: [] }],
}; // prettier-ignore
const samples: Record<string, object> = { todo: plan, contract, build_report: buildReport, test_report: report };

function check(type: string, text: string, path = `${type}.json`): string {
  return refusalOf(() => validateFile({ type, text, path }));
}

describe('a right file', () => {
  it.each(Object.entries(samples))('is accepted as %s', (type, value) => {
    expect(check(type, JSON.stringify(value, null, 2))).toBe('accepted');
  });

  it('is answered with its defaults', () => {
    expect(validateFile({ type: 'todo', text: JSON.stringify(plan), path: 'todo.json' })).toMatchObject({
      tasks: [{ agent_role: 'coder', priority: 50, dependencies: [], metrics: [] }],
    });
  });

  it.each(['todo', 'contract'])('may be YAML as %s', (type) => {
    const text = Object.entries(samples[type] ?? {}).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`).join(''); // prettier-ignore
    expect(check(type, text, `${type}.yaml`)).toBe('accepted');
    expect(check(type, text, `${type}.json`)).toContain('InvalidConfiguration: ');
  });
});

describe('a wrong file', () => {
  const cases: [type: string, change: object, says: string][] = [
    ['todo', { tasks: [{ ...task, agent_rol: 'coder' }] }, '/tasks/0/agent_rol: unknown key; did you mean "agent_role"?'],
    ['todo', { tasks: [{ ...task, agent_role: 'coders' }] }, '/tasks/0/agent_role: "coders" is not known here; did you mean "coder"?'],
    ['todo', { tasks: [{ ...task, dependencies: ['t9'] }] }, '/tasks/0/dependencies/0: "t9" does not fit; there is no task t9'],
    ['todo', { tasks: [{ ...task, dependencies: ['t1'] }] }, 't1 waits for itself in a circle: remove one dependency'],
    ['todo', { tasks: [task, task] }, '/tasks/1/id: "t1" does not fit; the id t1 is used twice'],
    ['todo', { tasks: [] }, '/tasks: is empty; at least 1 entry'],
    ['todo', { tasks: [{ ...task, expected_artifacts: ['../x'] }] }, '/tasks/0/expected_artifacts/0: "../x" does not fit'],
    ['contract', { language: 'cobol' }, '/language: "cobol" is not known here; known: typescript'],
    ['contract', { version: '1' }, '/version: is a text ("1"); expected a number'],
    ['contract', { interfaces: [{ name: 'f', kind: 'function' }] }, '/interfaces/0/module: is missing; add it: a text'],
    ['contract', { 'a/b~c': 1 }, '/a~1b~0c: unknown key'],
    [
      'build_report',
      { steps: [{ ...buildReport.steps[0], step: 'bild' }] },
      '/steps/0/step: "bild" is not known here; did you mean "build"?',
    ],
    ['test_report', { coverage: undefined }, '/coverage: is missing; add it: a number'],
    ['test_report', { refusals: [{ rule: 'no', path: 'a', message: 'b' }] }, '/refusals/0/rule: "no" is not known here'],
  ];

  it.each(cases)('of type %s with %j is refused at its place', (type, change, says) => {
    expect(check(type, JSON.stringify({ ...samples[type], ...change }, null, 2))).toContain(says);
  });

  it('is refused with line and column of every problem', () => {
    const text = '{\n  "id": "x",\n  "request": 5,\n  "summary": "s",\n  "tasks": [\n    { "id": "T" }\n  ]\n}\n';
    const lines = check('todo', text).split('\n');
    expect(lines[0]).toContain('todo.json:3:14: /request: is a number (5); expected a text');
    expect(lines[1]).toContain('todo.json:6:5: /tasks/0/title: is missing');
    expect(lines.find((line) => line.includes('/tasks/0/id'))).toContain('todo.json:6:13: ');
    expect(lines).toHaveLength(5);
  });

  it('tells programs the pointers as well', () => {
    const text = JSON.stringify({ ...plan, tasks: [{ ...task, priority: 0 }] });
    const details = [{ problems: [expect.objectContaining({ key: '/tasks/0/priority', line: 1 })] }];
    const call = () => validateFile({ type: 'todo', text, path: 'todo.json' });
    expect(call).toThrow(ApplicationFailure);
    expect(call).toThrow(expect.objectContaining({ details }));
  });

  it('that is no JSON is shown where it breaks', () => {
    expect(check('test_report', '{\n  "task_id": x1\n}')).toContain('test_report.json:2:14: it is not JSON');
    expect(check('todo', '')).toContain('InvalidConfiguration');
  });
});

describe('a hostile file', () => {
  const laughs = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let i = 0; i < 9; i++) laughs.push(`${'bcdefghij'[i]}: &${'bcdefghij'[i]} [${Array(9).fill(`*${'abcdefghi'[i]}`).join(',')}]`);
  const hostile: [title: string, text: () => string][] = [
    ['of 50 MB', () => `{"id": "${'x'.repeat(50 * 2 ** 20)}"}`],
    ['of depth 100 000', () => '['.repeat(100_000) + ']'.repeat(100_000)],
    ['of maps in maps', () => '{"a":'.repeat(100_000)],
    ['of a billion laughs', () => laughs.join('\n')],
    ['of many wrong values', () => JSON.stringify({ ...plan, tasks: Array.from({ length: 20_000 }, () => ({ id: 1 })) })],
    ['with a key of a megabyte', () => JSON.stringify({ ...plan, ['k'.repeat(1_000_000)]: 1 })],
    ['with __proto__', () => '{"__proto__": {"id": "x"}, "constructor": 1}'],
    ['of bytes', () => '\u0000\u0001'],
  ];

  it.each(hostile)('%s is refused quickly and shortly', (_title, text) => {
    const hostileText = text();
    for (const type of Object.keys(samples)) {
      const started = performance.now();
      const refusal = check(type, hostileText);
      expect(refusal).toMatch(/^InvalidConfiguration: /);
      expect(refusal.length).toBeLessThan(60_000);
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });
});

it.each([
  ['todo.json', 'todo'],
  ['a/todo_list.yaml', 'todo'],
  ['contract.json', 'contract'],
  ['build_report.json', 'build_report'],
  ['test_report.json', 'test_report'],
  ['pipeline.yml', 'pipeline'],
])('recognises %s as %s', (path, type) => {
  expect(fileTypeOf(path)).toBe(type);
});

it.each(['notes.txt', 'constructor.json', ''])('does not guess what "%s" is', (path) => {
  expect(refusalOf(() => fileTypeOf(path))).toContain('add --type pipeline, project, todo, contract, build_report or test_report');
});
