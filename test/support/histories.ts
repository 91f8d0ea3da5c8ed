import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { temporal } from '@temporalio/proto';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { expect } from 'vitest';

type History = temporal.api.history.v1.IHistory;

const folder = fileURLToPath(new URL('../replay/histories', import.meta.url));

/** Keeps a run's history under the running test's title, with the part that it played there. Histories that were once recorded are replayed for ever. */
export async function recordHistory(history: History, part = ''): Promise<void> {
  const title = `${part} ${expect.getState().currentTestName ?? 'untitled'}`
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${title}.json`), `${anonymous(historyToJSON(history))}\n`);
}

// Which machine recorded a history is nobody's business and changes nothing in its replay.
function anonymous(json: string): string {
  return JSON.stringify(JSON.parse(json), (key, value: unknown) => (key === 'identity' ? 'recorder' : value));
}

/** All stored histories, by file name. */
export async function storedHistories(): Promise<{ name: string; history: History }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, history: historyFromJSON(JSON.parse(await readFile(join(folder, name), 'utf8'))) })),
  );
}
