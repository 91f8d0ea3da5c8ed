import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import type { Dependency } from './dependency.ts';

const table = z.record(z.string(), z.unknown()).catch({}).optional();
const Tables = z.object({ dependencies: table, 'build-dependencies': table, 'dev-dependencies': table });
const Cargo = Tables.extend({
  target: z.record(z.string(), Tables.catch({})).catch({}).optional(),
  workspace: z.object({ dependencies: table }).optional().catch(undefined),
});
const Renamed = z.object({ package: z.string() });

/** https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html */
export function readCargo(text: string): Dependency[] {
  const manifest = Cargo.parse(parseToml(text));
  const tables = [manifest, ...Object.values(manifest.target ?? {})];
  return [
    ...tables.flatMap((tables) => [...ofTable(tables.dependencies, false), ...ofTable(tables['build-dependencies'], true)]),
    ...ofTable(manifest.workspace?.dependencies, false),
    ...tables.flatMap((tables) => ofTable(tables['dev-dependencies'], true)),
  ];
}

function ofTable(entries: Readonly<Record<string, unknown>> = {}, development: boolean): Dependency[] {
  return Object.entries(entries).map(([key, spec]) => {
    const renamed = Renamed.safeParse(spec);
    const text = typeof spec === 'string' ? spec : JSON.stringify(spec);
    return { ecosystem: 'rust', name: renamed.success ? renamed.data.package : key, spec: text, development };
  });
}
