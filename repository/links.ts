/** Symbolic links of a tree: path of the link → its target as written. */
export type Links = ReadonlyMap<string, string>;

const mostHops = 40;

/**
 * Follows a link of the tree as a file system would, links in the middle included. Answers whether it stays inside the tree; a link that
 * turns in circles or leads to nothing stays inside.
 */
export function staysInside(links: Links, link: string): boolean {
  const pending = link.split('/').reverse();
  const at: string[] = [];
  let hops = 0;
  while (pending.length > 0) {
    const name = pending.pop();
    if (name === undefined || name === '' || name === '.') continue;
    if (name === '..') {
      if (at.pop() === undefined) return false;
      continue;
    }
    at.push(name);
    const target = links.get(at.join('/'));
    if (target === undefined) continue;
    if (target.startsWith('/')) return false;
    if (++hops > mostHops) return true;
    at.pop();
    pending.push(...target.split('/').reverse());
  }
  return true;
}
