import { parse as parseToml } from 'smol-toml';
import type { z } from 'zod';
import { failure } from '../../schemas/failures.ts';
import type { FileTree } from '../tree.ts';

const mostBytes = 1024 * 1024;
const formats = {
  json: (text: string): unknown => JSON.parse(text),
  toml: (text: string): unknown => parseToml(text),
};

/**
 * The wanted fields of a manifest; undefined when it is not there. A broken one at the root is `InvalidConfiguration`, elsewhere
 * it may be meant to be broken (test data), and is passed over.
 */
export async function readManifest<Schema extends z.ZodType>(
  tree: FileTree,
  path: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  const text = await tree.read(path, mostBytes);
  if (text === undefined) return undefined;
  try {
    const value = path.endsWith('.toml') ? formats.toml(text) : formats.json(text.replace(/^\uFEFF/, ''));
    return schema.parse(value);
  } catch (error) {
    if (path.includes('/')) return undefined;
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw failure('InvalidConfiguration', `${path}: cannot be read: ${reason}; correct the file`, { path });
  }
}
