import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type } from '../support/commandLine.ts';

async function fileOf(name: string, value: unknown): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'validate-')), name);
  await writeFile(path, JSON.stringify(value, null, 2));
  return path;
}

const task = { id: 't1', title: 'Retry', description: 'Try again', acceptance_criteria: [{ id: 'a', text: 'tries twice' }] };
const plan = { id: 'p', request: 'retry', summary: 'One task', tasks: [task] };

it('knows a plan by its name, and prints it with its defaults', async () => {
  const path = await fileOf('todo_list.json', plan);
  expect(await type(['validate', path])).toMatchObject({ exit: 0, out: `${path} is valid\n`, err: '' });
  const { out } = await type(['validate', path, '--json']);
  expect(JSON.parse(out)).toMatchObject({ id: 'p', tasks: [{ id: 't1', agent_role: 'coder', priority: 50, metrics: [] }] });
});

it('shows every problem of a plan with its JSON pointer and place, not only the first five', async () => {
  const tasks = Array.from({ length: 8 }, (_one, i) => ({ ...task, id: `t${i}`, priority: 0 }));
  const path = await fileOf('plan.json', { ...plan, tasks });
  const { exit, err } = await type(['validate', path, '--type', 'todo']);
  expect(exit).toBe(3);
  expect(err.match(/:\d+:\d+: \/tasks\/\d\/priority: 0 is too small; at least 1/g)).toHaveLength(8);
});

it('reads no more of an endless file than it needs to refuse it', async () => {
  const { exit, err } = await type(['validate', '/dev/zero', '--type', 'contract']);
  expect(exit).toBe(2);
  expect(err).toContain('/dev/zero has more than 64 MiB');
});
