import { parse } from 'smol-toml';
import { z } from 'zod';

const Lock = z.object({
  package: z.array(z.object({ name: z.string(), version: z.string().optional(), source: z.unknown().optional() })).default([]),
});

/** `name==version` of poetry.lock, uv.lock, pdm.lock or pylock.toml, as constraints for pip. A package locked in several versions is left open. */
export function constraintsOfLock(text: string): string[] {
  const lock = Lock.safeParse(toml(text));
  if (!lock.success) return [];
  const versions = new Map<string, Set<string>>();
  for (const { name, version, source } of lock.data.package) {
    if (version === undefined || !fromIndex(source)) continue;
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  return [...versions].flatMap(([name, found]) => (found.size === 1 ? [`${name}==${[...found].join('')}`] : [])).sort();
}

function toml(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/** uv names the kind of a source by its key, poetry by `type`; local and version-controlled ones have no version on the index. */
function fromIndex(source: unknown): boolean {
  if (typeof source !== 'object' || source === null) return true;
  if ('registry' in source) return true;
  return 'type' in source ? source.type === 'legacy' : false;
}
