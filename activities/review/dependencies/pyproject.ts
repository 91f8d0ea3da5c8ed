import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import { requirementName } from '../../../repository/detect/requirement.ts';
import type { Dependency } from './dependency.ts';
import { requirement } from './requirements.ts';

const strings = z
  .array(z.unknown())
  .transform((items) => items.filter((item) => typeof item === 'string'))
  .catch([])
  .optional();
const lists = z.record(z.string(), strings).catch({}).optional();
const table = z.record(z.string(), z.unknown()).catch({}).optional();

const Poetry = z.object({
  dependencies: table,
  'dev-dependencies': table,
  group: z
    .record(z.string(), z.object({ dependencies: table }).catch({ dependencies: {} }))
    .catch({})
    .optional(),
});
const Pyproject = z.object({
  project: z.object({ dependencies: strings, 'optional-dependencies': lists }).optional().catch(undefined),
  'dependency-groups': lists,
  tool: z.object({ poetry: Poetry.optional().catch(undefined) }).optional().catch(undefined),
}); // prettier-ignore

/** PEP 621 and 735, and Poetry's own tables. */
export function readPyproject(text: string): Dependency[] {
  const { project, tool, 'dependency-groups': groups } = Pyproject.parse(parseToml(text));
  const optional = Object.values(project?.['optional-dependencies'] ?? {}).flatMap((list) => list ?? []);
  const poetry = tool?.poetry;
  const poetryGroups = [poetry?.['dev-dependencies'], ...Object.values(poetry?.group ?? {}).map(({ dependencies }) => dependencies)];
  return [
    ...[...(project?.dependencies ?? []), ...optional].flatMap((line) => requirement(line, false) ?? []),
    ...Object.values(groups ?? {}).flatMap((list) => list ?? []).flatMap((line) => requirement(line, true) ?? []),
    ...ofPoetry(poetry?.dependencies, false),
    ...poetryGroups.flatMap((entries) => ofPoetry(entries, true)),
  ]; // prettier-ignore
}

function ofPoetry(entries: Readonly<Record<string, unknown>> = {}, development: boolean): Dependency[] {
  return Object.entries(entries).flatMap(([key, value]) => {
    const name = key === 'python' ? undefined : requirementName(key);
    const spec = typeof value === 'string' ? value : JSON.stringify(value);
    return name === undefined ? [] : [{ ecosystem: 'python', name, spec, development }];
  });
}
