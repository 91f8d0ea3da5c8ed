import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import writeFileAtomic from 'write-file-atomic';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The flows as one file that workers load. Bundling takes seconds, so a bundle is kept per state of the sources it is made of. */
export async function workflowBundle({ cache }: { cache: string }): Promise<{ codePath: string }> {
  const codePath = join(cache, `workflows-${await sourceHash()}.js`);
  const kept = await stat(codePath).catch(() => undefined);
  if (kept) return { codePath };

  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'workflows/index.ts'),
    workflowInterceptorModules: [join(root, 'workflows/interceptors.ts')],
    // zod was most of what a run's start cost: it is evaluated once per thread, not once per run.
    preloadModules: [join(root, 'workflows/preload.ts')],
    logger: quiet,
  });
  await mkdir(cache, { recursive: true });
  await writeFileAtomic(codePath, code);
  return { codePath };
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  const folders = ['workflows', 'schemas'];
  const files = (await Promise.all(folders.map((folder) => readdir(join(root, folder), { recursive: true })))).flatMap((names, index) =>
    names.filter((name) => name.endsWith('.ts')).map((name) => join(folders[index] ?? '', name)),
  );
  for (const file of [...files.sort(), 'package-lock.json']) hash.update(file).update(await readFile(join(root, file)));
  return hash.digest('hex').slice(0, 16);
}

const nothing = () => undefined;
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: console.error };
