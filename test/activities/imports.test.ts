import { readFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
/** What every agent may use, and what uses no agent itself. */
const tools = ['lib', 'sandbox'];

/** Every import from one folder of activities into another, as `report/desk.ts → github/agent.ts`. */
async function crossings(): Promise<{ from: string; to: string; words: string }[]> {
  const files = globSync('activities/*/**/*.ts', { cwd: root });
  const found = files.map(async (file) => {
    const text = await readFile(join(root, file), 'utf8');
    return [...text.matchAll(/\bfrom '(\.[^']+)'/g)].flatMap(([, path = '']) => {
      const target = join(dirname(file), path);
      const [from, to] = [file, target].map((one) => one.split(sep)[1] ?? '');
      const isFolder = target.split(sep).length > 2;
      return target.startsWith(`activities${sep}`) && isFolder && from !== to ? [{ from, to, words: `${file} → ${target}` }] : [];
    });
  });
  return (await Promise.all(found)).flat() as { from: string; to: string; words: string }[];
}

it('no agent imports another, and what they share imports no agent', async () => {
  const all = await crossings();
  expect(all.length).toBeGreaterThan(100);
  expect(all.filter(({ to }) => !tools.includes(to)).map(({ words }) => words)).toEqual([]);
});
