import { z } from 'zod';
import type { Dependency } from './dependency.ts';

const table = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((entries) => Object.entries(entries).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  .optional();
const PackageJson = z.object({ dependencies: table, optionalDependencies: table, peerDependencies: table, devDependencies: table });

/** https://docs.npmjs.com/cli/configuring-npm/package-json */
export function readPackageJson(text: string): Dependency[] {
  const manifest = PackageJson.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  const shipped = [manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies].flatMap((entries) => entries ?? []);
  return [
    ...shipped.map(([name, spec]) => ({ ecosystem: 'npm' as const, name, spec, development: false })),
    ...(manifest.devDependencies ?? []).map(([name, spec]) => ({ ecosystem: 'npm' as const, name, spec, development: true })),
  ];
}
