import { requirementName } from '../../../repository/detect/requirement.ts';
import type { Dependency } from './dependency.ts';

/** One requirement of PEP 508 as a dependency; undefined for what names no package. */
export function requirement(line: string, development: boolean): Dependency | undefined {
  const name = requirementName(line);
  if (name === undefined) return undefined;
  return { ecosystem: 'python', name, spec: line.replace(/^\s*[A-Za-z0-9._-]+\s*/, '').trim(), development };
}

/** A requirements file of pip; files that it includes are manifests of their own. */
export function readRequirements(text: string, path: string): Dependency[] {
  const development = /(?:dev|test|lint|docs?|ci)[^/]*$/i.test(path);
  return text
    .replace(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').replace(/\s--hash[\s=]\S+/g, ''))
    .flatMap((line) => requirement(line, development) ?? []);
}
