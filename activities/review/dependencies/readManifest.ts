import { posix } from 'node:path';
import type { FileTree } from '../../../repository/tree.ts';
import { readCargo } from './cargo.ts';
import type { Dependency } from './dependency.ts';
import { readGoMod } from './goMod.ts';
import { readPackageJson } from './packageJson.ts';
import { readPyproject } from './pyproject.ts';
import { readRequirements } from './requirements.ts';

type Reader = (text: string, path: string) => Dependency[];

/** The reader for a manifest's name; undefined for other files. */
export function manifestReader(path: string): Reader | undefined {
  const name = posix.basename(path);
  if (name === 'package.json') return readPackageJson;
  if (name === 'pyproject.toml') return readPyproject;
  if (name === 'Cargo.toml') return readCargo;
  if (name === 'go.mod') return readGoMod;
  const isRequirements = /^requirements.*\.(?:txt|in)$/i.test(name) || /(?:^|\/)requirements\/[^/]+\.(?:txt|in)$/.test(path);
  return isRequirements ? readRequirements : undefined;
}

/** What a manifest asks for; empty when it is not there, undefined when it cannot be read. */
export async function readDependencies(tree: FileTree, path: string): Promise<Dependency[] | undefined> {
  const text = await tree.read(path);
  if (text === undefined) return [];
  try {
    return manifestReader(path)?.(text, path) ?? [];
  } catch {
    // Its own tools complain about a broken manifest better than a review can.
    return undefined;
  }
}
