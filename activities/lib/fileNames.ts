import { createHash } from 'node:crypto';
import { join } from 'node:path';

// Most file systems end a name at 255 bytes; ours get suffixes, too.
const longestName = 120;

/** One file name for any text: it never climbs out of its folder, is never hidden, and differs where the texts differ. */
export function safeFileName(text: string): string {
  const safe = encodeURIComponent(text).replace(/\*/g, '%2A');
  const visible = /^(?:\.|_|$)/.test(safe) ? `_${safe}` : safe;
  if (visible.length <= longestName) return visible;
  return `${visible.slice(0, longestName - 17)}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** A path below `root` for a name with slashes, a folder for each part. */
export function safePath(root: string, name: string): string {
  return join(root, ...name.split('/').map(safeFileName));
}
