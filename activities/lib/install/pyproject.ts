import { z } from 'zod';
import { nameOf } from './requirementName.ts';

export type Wants = { extras: readonly string[]; groups: readonly string[]; name?: string };

const lists = z.record(z.string(), z.array(z.unknown())).catch({});
const Pyproject = z.object({
  project: z
    .object({ dependencies: z.array(z.string()).catch([]), 'optional-dependencies': lists.optional() })
    .optional()
    .catch(undefined),
  'dependency-groups': lists.optional(),
  tool: z
    .object({
      uv: z
        .object({ 'dev-dependencies': z.array(z.string()).catch([]) })
        .partial()
        .optional()
        .catch(undefined),
      pdm: z.object({ 'dev-dependencies': lists }).partial().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** Dependencies by the standards for pyproject.toml: the project's, the wanted extras' and groups', with groups that include others. */
export function projectRequirements(manifest: unknown, wants: Wants): string[] {
  const parsed = Pyproject.safeParse(manifest);
  if (!parsed.success) return [];
  const { project, tool } = parsed.data;
  const groups = parsed.data['dependency-groups'] ?? {};
  const extras = project?.['optional-dependencies'] ?? {};
  return [
    ...(project?.dependencies ?? []),
    ...wants.extras.flatMap((extra) => ofExtra(extras, extra, wants.name, [])),
    ...wants.groups.flatMap((group) => ofGroup(groups, group, [])),
    ...(tool?.uv?.['dev-dependencies'] ?? []),
    ...Object.values(tool?.pdm?.['dev-dependencies'] ?? {}).flatMap(onlyStrings),
  ];
}

/** Extras may name others of the same project: `all = ["shop[test,docs]"]`. */
function ofExtra(extras: Record<string, unknown[]>, extra: string, name: string | undefined, seen: readonly string[]): string[] {
  if (seen.includes(extra)) return [];
  return onlyStrings(extras[extra] ?? []).flatMap((line) => {
    const own = name !== undefined && nameOf(line) === nameOf(name) ? /\[([^\]]*)\]/.exec(line)?.[1] : undefined;
    return own === undefined ? [line] : own.split(',').flatMap((other) => ofExtra(extras, other.trim(), name, [...seen, extra]));
  });
}

function ofGroup(groups: Record<string, unknown[]>, group: string, seen: readonly string[]): string[] {
  if (seen.includes(group)) return [];
  return (groups[group] ?? []).flatMap((entry) => {
    if (typeof entry === 'string') return [entry];
    const included = typeof entry === 'object' && entry !== null && 'include-group' in entry ? entry['include-group'] : undefined;
    return typeof included === 'string' ? ofGroup(groups, included, [...seen, group]) : [];
  });
}

function onlyStrings(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string');
}
