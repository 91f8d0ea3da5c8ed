/** Symbolic links of a tree: path of the link → its target as written. */
export type Links = ReadonlyMap<string, string>;

const mostHops = 40;
const deepestPath = 3000;
/** Steps that following one link may take; forty targets of the longest kind have more only when they are made to. */
const mostSteps = 20_000;

/**
 * Follows a link of the tree as a file system would, links in the middle included. Answers whether it stays inside the tree; a link that
 * turns in circles or leads to nothing stays inside, one that cannot be followed to its end in reasonable time does not.
 */
export function staysInside(links: Links, link: string): boolean {
  const pending = link.split('/').reverse();
  const at: string[] = [];
  let hops = 0;
  for (let steps = 0; pending.length > 0; steps++) {
    if (steps > mostSteps) return false;
    const name = pending.pop();
    if (name === undefined || name === '' || name === '.') continue;
    if (name === '..') {
      if (at.pop() === undefined) return false;
      continue;
    }
    const above = at.at(-1);
    const path = above === undefined ? name : `${above}/${name}`;
    if (path.length > deepestPath) return false;
    at.push(path);
    const target = links.get(path);
    if (target === undefined) continue;
    if (target.startsWith('/')) return false;
    if (++hops > mostHops) return true;
    at.pop();
    pending.push(...target.split('/').reverse());
  }
  return true;
}
