import { createHash } from 'node:crypto';
import { z } from 'zod';
import { failure } from '../schemas/failures.ts';
import { BlobRef, CommitSha } from '../schemas/nouns.ts';
import type { Git } from './git.ts';

/** One commit (and for a merge what it brings) as a git pack that needs the objects of `on`; `earlier` leads to `on` where the repository does not have it. */
export const PackLink = z.object({ commit: CommitSha, on: CommitSha, pack: BlobRef, earlier: BlobRef.optional() });
export type PackLink = z.infer<typeof PackLink>;

/** Where packs and their links are kept; fails with `ArtifactMissing`. */
export type PackStore = { get(ref: BlobRef): Promise<Uint8Array> };

type Walk = { newest: BlobRef; store: PackStore; heldOf(commits: readonly string[]): Promise<ReadonlySet<string>> };

/** The links from the newest back to the first whose commit is held, newest first, without that one. */
export async function linksBack({ newest, store, heldOf }: Walk): Promise<PackLink[]> {
  const found: PackLink[] = [];
  let next: BlobRef | undefined = newest;
  // Most often one commit is missing, sometimes all of a long run: git is asked about ever more at once.
  for (let size = 1; next !== undefined; size = Math.min(size * 2, 256)) {
    const batch: PackLink[] = [];
    while (next !== undefined && batch.length < size) {
      const link: PackLink = await readLink(store, next);
      batch.push(link);
      next = link.earlier;
    }
    const held = await heldOf(batch.map(({ commit }) => commit));
    const end = batch.findIndex(({ commit }) => held.has(commit));
    if (end >= 0) return [...found, ...batch.slice(0, end)];
    found.push(...batch);
  }
  return found;
}

/** Brings packs into a repository that has what they build on. Oldest first. */
export async function importPacks(git: Git, links: readonly PackLink[], store: PackStore): Promise<void> {
  let together: Buffer[] = [];
  const bring = async () => {
    if (together.length === 0) return;
    const input = joinPacks(together);
    // A pack per step would make every later look-up search through all of them.
    const isLarge = objectsIn(input) > mostLoose;
    await git.run(isLarge ? ['index-pack', '--stdin', '--fix-thin'] : ['unpack-objects', '-q'], { input });
    together = [];
  };
  for (const link of links) {
    const pack = Buffer.from(await store.get(link.pack));
    // Steps bring few objects each: one git process takes many of them.
    if ([...together, pack].reduce((count, one) => count + objectsIn(one), 0) > mostLoose) await bring();
    together.push(pack);
  }
  await bring();
}

/**
 * Packs one after the other as one: a head with the number of objects, the objects (which name others by id, or by the distance back to them),
 * and a hash of it all. https://git-scm.com/docs/gitformat-pack
 */
function joinPacks(packs: readonly Buffer[]): Buffer {
  if (packs.length === 1 && packs[0] !== undefined) return packs[0];
  const head = Buffer.from('PACK\0\0\0\u0002\0\0\0\0', 'latin1');
  head.writeUInt32BE(
    packs.reduce((count, pack) => count + objectsIn(pack), 0),
    8,
  );
  const body = Buffer.concat([head, ...packs.map((pack) => pack.subarray(head.length, -hashBytes))]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
}

/** Mirrors are repositories with SHA-1. */
const hashBytes = 20;

function objectsIn(pack: Buffer): number {
  return pack.readUInt32BE(8);
}

/** Packs `link.commit` without what `link.on` has. The same objects give the same bytes. */
export async function packSince(git: Git, { commit, on }: Pick<PackLink, 'commit' | 'on'>): Promise<Buffer> {
  const options = ['--revs', '--thin', '--stdout', '--quiet', '--threads=1', '--delta-base-offset'];
  return await git.run(['pack-objects', ...options], { input: `${commit}\n^${on}\n` });
}

/** Objects of one pack that are kept as files of their own. */
export const mostLoose = 500;

async function readLink(store: PackStore, ref: BlobRef): Promise<PackLink> {
  const text = Buffer.from(await store.get(ref)).toString('utf8');
  const link = PackLink.safeParse(jsonOf(text));
  if (link.success) return link.data;
  throw failure('InvalidInput', `the artifact sha256:${ref.sha256} does not say where commits are; give the objects of a change`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
