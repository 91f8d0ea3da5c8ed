import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const Manifest = z.object({
  main: z.string().optional(),
  scripts: z.object({ start: z.string().optional() }).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
});

/** How a source tree says that it is started: its start script, its main file, or the `web` line of a Procfile; else undefined. */
export async function startCommandOf(folder: string): Promise<string | undefined> {
  const manifest = await manifestOf(folder);
  if (manifest?.scripts.start) return `PATH="$PWD/node_modules/.bin:$PATH"; ${manifest.scripts.start}`;
  if (manifest?.main) return 'node .';
  const procfile = await readFile(join(folder, 'Procfile'), 'utf8').catch(() => '');
  return /^web:\s*(.+)$/m.exec(procfile)?.[1];
}

/** Names of the packages that a Node service needs at run time. */
export async function runtimeDependencies(folder: string): Promise<string[]> {
  return Object.keys((await manifestOf(folder))?.dependencies ?? {});
}

async function manifestOf(folder: string): Promise<z.infer<typeof Manifest> | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = Manifest.safeParse(JSON.parse(text));
  return parsed.data;
}
