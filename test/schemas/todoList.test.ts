import { expect, test } from 'vitest';
import { generatedBranch } from '../../schemas/names.ts';
import { TodoList } from '../../schemas/todoList.ts';

const task = (id: string, over: object = {}) => ({
  id,
  title: id,
  description: 'do it',
  acceptance_criteria: [{ id: 'a1', text: 'it works' }],
  ...over,
});
const plan = (...tasks: object[]) => TodoList.safeParse({ id: 'p', request: 'make it work', summary: 'it works', tasks });

test.each<{ name: string; tasks: object[]; path: string; says: string }>([
  { name: 'two tasks of one id', tasks: [task('t1'), task('t1')], path: 'tasks.1.id', says: 'used twice' },
  { name: 'a dependency on nothing', tasks: [task('t1', { dependencies: ['t9'] })], path: 'tasks.0.dependencies.0', says: 'no task t9' },
  {
    name: 'a circle',
    tasks: [task('t1', { dependencies: ['t2'] }), task('t2', { dependencies: ['t1'] })],
    path: 'tasks.0.dependencies',
    says: 'circle',
  },
  { name: 'an id that the run uses itself', tasks: [task('budget')], path: 'tasks.0.id', says: 'word of the run' },
  {
    name: 'a path outside',
    tasks: [task('t1', { expected_artifacts: ['../x'] })],
    path: 'tasks.0.expected_artifacts.0',
    says: 'inside the repository',
  },
  { name: 'nothing to hold', tasks: [task('t1', { acceptance_criteria: [] })], path: 'tasks.0.acceptance_criteria', says: 'at least one' },
  {
    name: 'more than travels',
    tasks: Array.from({ length: 50 }, (_, i) => task(`t${i}`, { description: 'x'.repeat(9000) })),
    path: 'tasks',
    says: 'split the request',
  },
])('$name is refused with the field and the fix', ({ tasks, path, says }) => {
  const issues = plan(...tasks).error?.issues ?? [];
  expect(issues.map((issue) => issue.path.join('.'))).toContain(path);
  expect(issues.map(({ message }) => message).join('; ')).toContain(says);
});

test('branches are ones that git takes, whatever the repository is called', () => {
  expect(generatedBranch('build-feature/acme/shop.lock/1a', 't1')).toBe('ai/generated/build-feature/acme/shop-/1a/t1');
  expect(generatedBranch('build-feature/acme/.hidden/a..b', 't1')).toBe('ai/generated/build-feature/acme/-hidden/a-b/t1');
});
