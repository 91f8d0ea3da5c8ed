import type { NodeManifest } from './node.ts';

const files: [string, RegExp][] = [
  ['eslint', /^(?:\.eslintrc(?:\.(?:c?js|ya?ml|json))?|eslint\.config\.[cm]?[jt]s)$/],
  ['biome', /^\.?biome\.jsonc?$/],
  ['oxlint', /^(?:\.oxlintrc\.json|oxlint\.config\.ts)$/],
  ['tsc', /^tsconfig\.json$/],
  ['jest', /^jest\.config\./],
  ['vitest', /^vitest\.(?:config|workspace)\./],
  ['mocha', /^\.mocharc\./],
  ['ava', /^ava\.config\./],
  ['tap', /^\.taprc$/],
  ['nyc', /^(?:\.nycrc(?:\.\w+)?|nyc\.config\.\w+)$/],
  ['c8', /^\.c8rc(?:\.json)?$/],
  ['playwright', /^playwright\.config\./],
  ['cypress', /^cypress\.config\./],
];
const fields: [string, string][] = [
  ['eslint', 'eslintConfig'],
  ['jest', 'jest'],
  ['mocha', 'mocha'],
  ['ava', 'ava'],
  ['tap', 'tap'],
  ['nyc', 'nyc'],
  ['c8', 'c8'],
  ['xo', 'xo'],
  ['standard', 'standard'],
];

/** Tools that a file of the package's folder or a field of its package.json configures. */
export function nodeTools(names: readonly string[], manifest: NodeManifest): string[] {
  const byFile = files.filter(([, pattern]) => names.some((name) => pattern.test(name))).map(([tool]) => tool);
  const byField = fields.filter(([, field]) => Object.hasOwn(manifest, field)).map(([tool]) => tool);
  return [...new Set([...byFile, ...byField])];
}
