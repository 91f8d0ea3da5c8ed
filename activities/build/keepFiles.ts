import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Artifact } from '../../schemas/stage.ts';
import type { Workbench } from '../lib/workbench.ts';
import { shortDigest, type Made } from './made.ts';

const mediaTypes: [RegExp, string][] = [
  [/\.(?:tgz|tar\.gz|crate)$/, 'application/gzip'],
  [/\.(?:whl|zip|jar)$/, 'application/zip'],
  [/\.json$/, 'application/json'],
  [/\.(?:txt|md|log|d\.ts)$/, 'text/plain'],
];

type Wanted = {
  globs: string[];
  kind: Artifact['kind'];
  /** True: files are named without their folder. */
  flat?: boolean;
};

/** Folder of the host, inside the stage's scratch, that holds the kept files at their paths. */
export function keptFolder(bench: Workbench): string {
  return join(bench.scratch, 'kept');
}

/** Takes files that match out of the box and puts them into the store. No match is a failure: the globs name what is expected. */
export async function keepFiles(bench: Workbench, { globs, kind, flat = false }: Wanted): Promise<Made> {
  const box = await bench.box();
  const paths = await box.find(globs);
  if (paths.length === 0) return { failed: `no file matches ${globs.join(', ')}` };
  const taken = join(bench.scratch, 'taken');
  await box.copyOut(paths, taken);
  const artifacts: Artifact[] = [];
  for (const path of paths) {
    const name = flat ? basename(path) : path;
    artifacts.push(await bench.keepFile(name, kind, join(taken, path), mediaTypeOf(path)));
    if (!flat) await copyTo(join(taken, path), join(keptFolder(bench), path));
  }
  await rm(taken, { recursive: true, force: true });
  for (const { name, digest } of artifacts) bench.did(`kept ${name} (${digest})`);
  return { artifacts, said: said(artifacts, flat) };
}

function said(artifacts: Artifact[], flat: boolean): string[] {
  if (!flat && artifacts.length > 3) return [`${artifacts.length} files`];
  return artifacts.map(({ name, digest }) => `${name} (sha256 ${shortDigest(digest)})`);
}

async function copyTo(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
}

function mediaTypeOf(path: string): string {
  return mediaTypes.find(([ending]) => ending.test(path))?.[1] ?? 'application/octet-stream';
}
