import { readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { readYaml } from '../../../repository/configuration/readYaml.ts';
import { failure } from '../../../schemas/failures.ts';
import type { DeploySettings } from '../../../schemas/settings.ts';
import { repositoryOf } from '../kubernetes/containers.ts';

/** Arguments that hand values to a chart, the built image's among them; a value is JSON, so that no character means more than itself. */
export function valueArguments(
  settings: Pick<DeploySettings, 'set' | 'image_values'>,
  image: string | undefined,
  commit: string,
): string[] {
  const own = Object.entries(settings.set);
  return [...own, ...imageValues(settings, image, commit)].map(([path, value]) => `--set-json=${path}=${JSON.stringify(value)}`);
}

function imageValues(
  { image_values: places }: Pick<DeploySettings, 'image_values'>,
  image: string | undefined,
  commit: string,
): [string, string][] {
  if (image === undefined) return [];
  if (places === undefined) {
    throw failure(
      'InvalidConfiguration',
      `with.image_values: nothing says where the chart takes the built image ${image}; write { repository: image.repository, digest: image.digest } with the chart's own paths, or {}`,
    );
  }
  const digest = /@(.+)$/.exec(image)?.[1];
  const tag = /:([^:/@]+)(?:@|$)/.exec(image.replace(/@.*$/, ''))?.[1] ?? commit.slice(0, 12);
  const values: [string | undefined, string | undefined][] = [
    [places.reference, image],
    [places.repository, repositoryOf(image)],
    // A chart that writes repository:tag is pinned as well: with a digest the tag means nothing.
    [places.tag, digest === undefined ? tag : `${tag}@${digest}`],
    [places.digest, digest],
  ];
  return values.flatMap(([path, value]) => (path === undefined || value === undefined ? [] : [[path, value] as [string, string]]));
}

/** Refuses a chart or values file that is not in the commit, or that would expand to something huge. */
export async function checkChart(folder: string, { chart, values }: Pick<DeploySettings, 'chart' | 'values'>): Promise<void> {
  await readable(
    folder,
    posix.join(chart, 'Chart.yaml'),
    `with.chart: ${chart} holds no Chart.yaml; name the chart's folder in the repository`,
  );
  const defaults = posix.join(chart, 'values.yaml');
  if (await isFile(join(folder, defaults))) await readable(folder, defaults, '');
  for (const file of values) await readable(folder, file, `with.values: ${file} is not a file of the commit`);
}

async function readable(folder: string, path: string, missing: string): Promise<void> {
  const plain = posix.normalize(path);
  if (plain.startsWith('../') || posix.isAbsolute(plain)) {
    throw failure('PathOutsideRepository', `${path} leads out of the repository: name a path inside it`);
  }
  if (!(await isFile(join(folder, plain)))) throw failure('InvalidConfiguration', missing);
  readYaml(await readFile(join(folder, plain), 'utf8'), plain);
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
