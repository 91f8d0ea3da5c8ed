import { describe, expect, it } from 'vitest';
import { checkWhen, evaluateWhen, resultsIn } from '../../repository/condition.ts';
import { refusalOf } from '../support/refusals.ts';

const facts = {
  event: 'push',
  branch: 'main',
  ref: 'refs/heads/main',
  commit: '9f3c2e1',
  changed: ['src/a.ts', 'docs/.hidden/x.md'],
  results: { test: { passed: false, status: 'failed' }, 'test-node-20': { passed: true, status: 'passed' } },
  matrix: { node: '20' },
  environment: 'production',
};

describe('a condition', () => {
  it.each([
    ['branch == "main"', true],
    ["branch == 'main' && !results.test.passed", true],
    ['results["test-node-20"].status == "passed"', true],
    ['matrix.node == "22"', false],
    ['environment in ["staging", "production"]', true],
    ['"src/a.ts" in changed', true],
    ['changed.exists(path, path.endsWith(".md"))', true],
    ['changed.all(path, path.startsWith("src/"))', false],
    ['touches("docs/**")', true],
    ['touches("*.md")', false],
    ['touches("**/*.{md,rst}")', true],
    ['ref.startsWith("refs/tags/") ? true : commit.size() == 7', true],
    ['branch.matches("^ma(in|ster)$")', true],
    ['"matches".matches("^(?i)MATCHES$")', true],
    ['changed.filter(path, path.matches("[.]ts$")).size() == 1', true],
  ])('%s is %s', (expression, holds) => {
    expect(evaluateWhen(expression, facts)).toBe(holds);
  });

  it.each([
    ['brnch == "main"', 'Unknown variable: brnch (at character 1)'],
    ['branch == ', 'Unexpected token: EOF (at character 11)'],
    ['true && branch == 1', 'no such overload: string == int (at character 9)'],
    ['branch', 'gives string, not true or false'],
    ['results.test', 'gives object, not true or false'],
    ['results.unit.passed', 'No such key: unit'],
    ['', 'the condition is empty'],
    ['changed.all(a, changed.exists(b, a == b))', 'exists() inside another loop over a list is not offered (at character 16)'],
    ['branch.matches("(")', 'missing closing )'],
    ['branch // matches(\n.matches("m")', 'write matches() without a comment before it'],
    ['touches("{a")', 'a { without a }'],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, 'Exceeded maxDepth (40) (at character 41)'],
  ])('is refused with its place: %s', (expression, message) => {
    const refusal = refusalOf(() => evaluateWhen(expression, facts));
    expect(refusal).toContain(`InvalidConfiguration: when: ${expression}: `);
    expect(refusal).toContain(message);
  });

  it.each([
    ['(a+)+$', `${'a'.repeat(50_000)}!`],
    ['^(a|a)*$', `${'a'.repeat(50_000)}!`],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(50_000)],
    ['(.*a){12}$', `${'a'.repeat(5_000)}!`],
  ])('does not go astray in the expression %s', (pattern, text) => {
    const started = performance.now();
    const outcome = refusalOf(() => expect(evaluateWhen('branch.matches(ref)', { ...facts, branch: text, ref: pattern })).toBe(false));
    expect(outcome).toMatch(/^accepted$|too much matching/);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  it('does not go astray in a pattern of paths, nor in many of them', () => {
    const started = performance.now();
    const changed = Array.from({ length: 20_000 }, (_, i) => `src/${'a'.repeat(100)}${i}`);
    expect(evaluateWhen('touches("*a*a*a*a*a*a*a*a*a*b")', { ...facts, changed: ['a'.repeat(4000)] })).toBe(false);
    expect(refusalOf(() => evaluateWhen('changed.exists(p, p.matches("(a+)+$"))', { ...facts, changed }))).toContain('too much matching');
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is checked without facts', () => {
    expect(checkWhen('results.anything.passed')).toBeUndefined();
    expect(checkWhen('touch("x")')).toEqual({ problem: "found no matching overload for 'touch(string)'", position: 1 });
    expect(checkWhen('1 + 1')).toMatchObject({ problem: 'gives int, not true or false' });
  });

  it('tells whose results it looks at', () => {
    expect(resultsIn('results.test.passed || results["a-b"].status == "failed" || results.test.passed')).toEqual(['test', 'a-b']);
    expect(resultsIn('branch == "results.test"')).toEqual([]);
    expect(resultsIn(undefined)).toEqual([]);
  });
});
