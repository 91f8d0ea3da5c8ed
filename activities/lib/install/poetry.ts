import { z } from 'zod';
import type { Wants } from './pyproject.ts';

const Table = z.record(z.string(), z.unknown()).catch({});
const Poetry = z.object({
  tool: z.object({
    poetry: z.object({
      dependencies: Table.optional(),
      'dev-dependencies': Table.optional(),
      group: z
        .record(z.string(), z.object({ dependencies: Table.optional() }).catch({}))
        .optional()
        .catch({}),
    }),
  }),
});

/** Poetry's own tables as pip's requirements; all groups but those that only write documents. */
export function poetryRequirements(manifest: unknown, wants: Wants): string[] {
  const parsed = Poetry.safeParse(manifest);
  if (!parsed.success) return [];
  const { dependencies = {}, 'dev-dependencies': dev = {}, group = {} } = parsed.data.tool.poetry;
  const groups = Object.entries(group ?? {}).filter(([name]) => wants.groups.includes(name) || !/^docs?$/.test(name));
  const tables = [dependencies, dev, ...groups.map(([, table]) => table.dependencies ?? {})];
  return tables.flatMap((table) => Object.entries(table).flatMap(([name, value]) => requirement(name, value)));
}

function requirement(name: string, value: unknown): string[] {
  if (name.toLowerCase() === 'python') return [];
  if (typeof value === 'string') return [`${name}${versionRange(value)}`];
  // Several ranges for several Pythons: the lock file, or pip, picks.
  if (Array.isArray(value)) return [name];
  if (typeof value !== 'object' || value === null || 'path' in value) return [];
  if ('git' in value) return [`${name} @ git+${String(value.git)}${'rev' in value ? `@${String(value.rev)}` : ''}`];
  if ('url' in value) return [`${name} @ ${String(value.url)}`];
  const extras = 'extras' in value && Array.isArray(value.extras) ? `[${value.extras.join(',')}]` : '';
  const range = 'version' in value && typeof value.version === 'string' ? versionRange(value.version) : '';
  return [`${name}${extras}${range}${'markers' in value ? ` ; ${String(value.markers)}` : ''}`];
}

/** Poetry's version ranges as Python's (PEP 440): `^1.2` is `>=1.2,<2`, `~1.2` is `>=1.2,<1.3`, a bare version is exact. */
export function versionRange(range: string): string {
  if (range.includes('|')) return '';
  return range
    .split(',')
    .map((part) => part.trim())
    .flatMap((part) => {
      if (part === '*' || part === '') return [];
      if (part.startsWith('^')) return [`>=${part.slice(1)},<${above(part.slice(1), 'caret')}`];
      if (part.startsWith('~') && !part.startsWith('~=')) return [`>=${part.slice(1)},<${above(part.slice(1), 'tilde')}`];
      return [/^\d/.test(part) ? `==${part}` : part];
    })
    .join(',');
}

function above(version: string, kind: 'caret' | 'tilde'): string {
  const parts = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const significant = parts.findIndex((part) => part > 0);
  const last = kind === 'tilde' ? Math.min(1, parts.length - 1) : significant === -1 ? parts.length - 1 : significant;
  return parts
    .slice(0, last + 1)
    .map((part, i) => (i === last ? part + 1 : part))
    .join('.');
}
