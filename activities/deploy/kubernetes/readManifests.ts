import { isScalar, visit } from 'yaml';
import { z } from 'zod';
import { readYaml } from '../../../repository/configuration/readYaml.ts';
import { failure } from '../../../schemas/failures.ts';
import { Manifest } from './manifest.ts';

export type ManifestText = { path: string; text: string };

const most = { bytes: 4 * 2 ** 20, documents: 500 };
const Items = z.object({ items: z.array(z.unknown()).default([]) });

/** The objects of manifest files, which may hold several documents and lists; `InvalidConfiguration` names file and line of what is none. */
export function readManifests(files: readonly ManifestText[]): Manifest[] {
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (bytes > most.bytes) refuse(`the manifests have ${Math.ceil(bytes / 2 ** 20)} MiB, and a deploy takes at most 4 MiB`);
  const parts = files.flatMap(({ path, text }) => splitDocuments(text).map((part) => ({ path, ...part })));
  refuseMany(parts.length);
  const documents = parts.flatMap(objectsOf);
  refuseMany(documents.length);
  return documents.map(({ where, value }) => {
    const parsed = Manifest.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return refuse(`${where}: ${issue?.path.join('.') || 'document'}: ${issue?.message}; write a Kubernetes object with kind and name`);
  });
}

type Part = { from: number; part: string };
type Found = { where: string; value: unknown };

function objectsOf({ path, from, part }: Part & { path: string }): Found[] {
  const { value } = withOctals(readYaml(part, from === 0 ? path : `${path}, document from line ${from + 1}`));
  const where = `${path}:${from + 1}`;
  if (value === null || value === undefined) return [];
  if (!isList(value)) return [{ where, value }];
  const { items } = Items.parse(value);
  if (items.some(isList)) refuse(`${where}: a List holds a List; write the objects out`);
  return items.map((item, index) => ({ where: `${where} items[${index}]`, value: item }));
}

/** Texts between the markers `---` and `...`, which YAML knows only at the start of a line. */
function splitDocuments(text: string): Part[] {
  const parts: { from: number; lines: string[] }[] = [{ from: 0, lines: [] }];
  for (const [index, line] of text.split('\n').entries()) {
    const marker = /^(?:---|\.\.\.)(?=\s|$)/.exec(line)?.[0];
    if (marker === undefined) parts.at(-1)?.lines.push(line);
    else parts.push({ from: index, lines: [line.slice(marker.length)] });
  }
  return parts.map(({ from, lines }) => ({ from, part: lines.join('\n') })).filter(({ part }) => part.trim() !== '');
}

/** The value as Kubernetes reads it: in its YAML 1.1 a file mode 0644 is octal, in 1.2 it would be six hundred and forty-four. */
function withOctals({ document, value }: ReturnType<typeof readYaml>): { value: unknown } {
  let octals = 0;
  visit(document, (_key, node) => {
    if (!isScalar(node) || typeof node.value !== 'number' || !/^0[0-7]+$/.test(node.source ?? '')) return;
    node.value = Number.parseInt(node.source ?? '', 8);
    octals += 1;
  });
  return { value: octals === 0 ? value : document.toJS({ maxAliasCount: 100 }) };
}

function isList(value: unknown): boolean {
  return z.object({ kind: z.literal('List') }).safeParse(value).success;
}

function refuseMany(documents: number): void {
  if (documents > most.documents) refuse(`the manifests hold ${documents} objects, and a deploy takes at most ${most.documents}`);
}

function refuse(problem: string): never {
  throw failure('InvalidConfiguration', problem);
}
