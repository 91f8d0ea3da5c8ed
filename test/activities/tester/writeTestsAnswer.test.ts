import { expect, it } from 'vitest';
import { testsAnswer } from '../../../activities/tester/writeTestsAnswer.ts';

const file = (path: string, text = `// ${path}`) => ({ path, text });
const tests = { open: [file('test/t1.test.ts')], hidden: [file('test/t1.hidden.test.ts')], commands: ['node --test'] };
const answer = testsAnswer((path) => path === 'test/shop.test.ts');

it.each<[string, object, string]>([
  ['a path that leaves the repository', { open: [file('../test/a.test.ts')] }, 'path inside the repository'],
  ["a path in git's folder", { hidden: [file('.git/hooks/test.sh')] }, '.git'],
  ['CI', { open: [file('.github/workflows/test.yml')] }, 'hidden folder'],
  ['code', { open: [file('src/retry.ts')] }, 'must be named as a test'],
  ['a manifest', { open: [file('test/package.json')] }, 'is configuration'],
  ["the runner's configuration", { open: [file('test/vitest.config.ts')] }, 'is configuration'],
  ["a test of the project's own", { open: [file('test/shop.test.ts')] }, 'exists already'],
  ['one path twice', { hidden: [file('test/t1.test.ts')] }, 'is used twice'],
  ['an empty file', { open: [file('test/a.test.ts', ' \n')] }, 'is empty'],
  ['no open tests', { open: [] }, 'at least one open'],
  ['no command', { commands: [] }, 'name one to 10'],
  ['a command that names a hidden file', { commands: ['node --test test/t1.hidden.test.ts'] }, 'names a hidden file'],
  ['a command of several lines', { commands: ['node --test\nrm -rf .'] }, 'one line'],
])('refuses %s', (_, wrong, complaint) => {
  const { error } = answer.safeParse({ ...tests, ...wrong });
  expect(error?.issues.map(({ message }) => message).join()).toContain(complaint);
});

it.each(['test/a.test.ts', 'tests/test_a.py', 'src/a_test.go', 'src/__tests__/a.js', 'spec/a_spec.rb', 'src/ATest.java', 'tests/a.rs'])(
  'takes %s for a test',
  (path) => {
    expect(answer.safeParse({ ...tests, open: [file(path)] }).success).toBe(true);
  },
);

it.each(['src/latest.ts', 'src/contest/a.ts', 'a.ts', 'test', 'tests'])('does not take %s for a test', (path) => {
  const { success } = answer.safeParse({ ...tests, open: [file(path)] });
  expect(success).toBe(path.startsWith('test'));
});
