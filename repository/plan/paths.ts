import { posix } from 'node:path';
import type { Fault, Place } from '../configuration/problem.ts';
import type { Draft } from './draft.ts';
import { globMatcher } from '../glob.ts';

/** A folder or file inside the repository in its plainest form ('' is the root); undefined when it leaves the repository. */
export function insideRepository(path: string): string | undefined {
  // oxlint-disable-next-line no-control-regex -- a NUL ends a path for the system
  if (/^[/~]|^[A-Za-z]:|[\\\u0000]/.test(path)) return undefined;
  const plain = posix.normalize(path).replace(/\/$/, '');
  if (plain === '..' || plain.startsWith('../')) return undefined;
  return plain === '.' ? '' : plain;
}

const pathSettings = ['dockerfile', 'junit', 'coverage_files', 'sarif', 'artifacts'];

/** Paths of a stage that leave the repository, and patterns that are none. */
export function pathFaults({ options, at }: Draft): Fault[] {
  const settings = pathSettings.flatMap((key) => written(options.with?.[key], [...at, 'with', key]));
  const leaving = [...written(options.directory, [...at, 'directory']), ...written(options.paths, [...at, 'paths']), ...settings]
    .filter(({ path }) => insideRepository(path.replace(/^!/, '')) === undefined)
    .map(({ path, place }): Fault => ({
      at: place,
      problem: `"${path}" leaves the repository`,
      fix: 'write a path relative to its root, with /',
      outside: true,
    }));
  return [...leaving, ...(options.paths ?? []).flatMap((glob) => globFault(glob, [...at, 'paths']))];
}

function globFault(glob: string, at: Place): Fault[] {
  try {
    globMatcher(glob.replace(/^!/, ''));
    return [];
  } catch (error) {
    return [
      {
        at,
        problem: `"${glob}" is no pattern: ${error instanceof Error ? error.message : String(error)}`,
        fix: 'use *, **, ?, [a-z] and {a,b}',
      },
    ];
  }
}

function written(value: unknown, place: Place): { path: string; place: Place }[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.flatMap((path) => (typeof path === 'string' ? [{ path, place }] : []));
}
