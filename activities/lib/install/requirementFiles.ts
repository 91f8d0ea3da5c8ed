import { posix } from 'node:path';
import type { FileTree } from '../../../repository/tree.ts';

/** Lines of a requirements file and of those that it includes; options, editable and local entries, and hashes left out. */
export async function requirementLines(path: string, tree: FileTree, seen: readonly string[] = []): Promise<string[]> {
  if (seen.includes(path) || path.startsWith('..')) return [];
  const text = await tree.read(path);
  const lines: string[] = [];
  for (const raw of (text ?? '').replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const line = raw.replace(/(?:^|\s)#.*$/, '').trim();
    const included = /^(?:-r|--requirement)[\s=]*(\S+)/.exec(line)?.[1];
    if (included !== undefined) {
      lines.push(...(await requirementLines(posix.join(posix.dirname(path), included), tree, [...seen, path])));
    } else if (line !== '' && !line.startsWith('-')) {
      // With one hash pip wants all; versions stay pinned without them.
      lines.push(line.replace(/\s--hash[\s=]\S+/g, '').trim());
    }
  }
  return lines;
}
