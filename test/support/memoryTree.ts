import type { FileTree } from '../../repository/tree.ts';

/** A tree of the given files; an object becomes the JSON text of a manifest. */
export function treeOf(files: Record<string, string | object>): FileTree {
  const texts = new Map(
    Object.entries(files).map(([path, content]) => [path, typeof content === 'string' ? content : JSON.stringify(content)]),
  );
  const paths = [...texts.keys()].sort();
  return { list: () => Promise.resolve(paths), read: (path) => Promise.resolve(texts.get(path)) };
}
