import { readdir, readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { RunView, StageView } from '../../client/view.ts';
import type { Finished } from './installation.ts';

/** The run that a command printed with `--json`, and that it ended with the exit code. */
export function viewOf({ code, stdout, stderr }: Finished, expected = 0): RunView {
  expect(code, `${stdout}\n${stderr}`).toBe(expected);
  return JSON.parse(stdout) as RunView;
}

/** Statuses of a run's stages by id. */
export function outcomes({ stages }: Pick<RunView, 'stages'>): Record<string, StageView['status']> {
  return Object.fromEntries(stages.map(({ id, status }) => [id, status]));
}

/** Ids of this machine's processes that have the text in their command line. */
export async function processesWith(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = ids.map(async (id) => {
    const line = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    return line.includes(text) ? [Number(id)] : [];
  });
  return (await Promise.all(found)).flat();
}
