import { globMatcher } from '../../repository/glob.ts';
import type { ChangeRefusal } from '../../schemas/testReport.ts';
import { callApart } from '../lib/tests/apart.ts';
import { compareTests } from '../lib/tests/compare.ts';
import type { TestInventory } from '../lib/tests/inventory.ts';
import { isJavaScript, parseJavaScript } from '../lib/tests/javascript/syntax.ts';
import { readInventory } from '../lib/tests/readInventory.ts';
import { isTest } from '../lib/languages.ts';
import type { ChangedFile, ChangedFiles } from '../lib/proof/changedFiles.ts';
import { type Guarded, protectedPathRefusals } from './rules/protectedPaths.ts';
import { scopeRefusals } from './rules/scope.ts';
import { trickRefusals } from './rules/tricks.ts';

type ChangeJudgement = { refusals: ChangeRefusal[]; notices: string[] };

/** `allowed`: paths (globs) that a person let the change touch. */
export type ChangeQuestion = { changed: ChangedFiles; guarded: Guarded; allowed: readonly string[] };

/** Pure: what is wrong with a change whatever its tests say, found by reading alone. */
export function refuseChange({ changed, guarded, allowed }: ChangeQuestion): ChangeJudgement {
  const isAllowed = matcherOf(allowed);
  const { refusals, rewritten } = compareTests(inventories(changed.files, 'before'), inventories(changed.files, 'after'));
  const ofTests = [...protectedPathRefusals(changed, guarded), ...refusals, ...lostFiles(changed.files)];
  return {
    refusals: [
      ...ofTests.filter(({ path }) => !isAllowed(path)),
      ...scopeRefusals(changed.files),
      ...trickRefusals(changed.files),
      ...brokenFiles(changed.files),
    ],
    notices: rewritten.length === 0 ? [] : [`tests that were there were rewritten: ${someOf(rewritten)}`],
  };
}

/** The same in a process of its own, since the sources are a stranger's. What breaks it twice is refused: once may be this machine's fault. */
export async function refuseChangeApart(question: ChangeQuestion, signal?: AbortSignal): Promise<ChangeJudgement> {
  const judge = () => callApart<ChangeJudgement>({ module: new URL(import.meta.url), name: 'refuseChange' }, question, signal);
  const judged = (await judge()) ?? (await judge());
  const message = 'the changed files cannot be looked into: some source is nested too deeply or made to break its reader; write it plainly';
  return judged ?? { refusals: [{ rule: 'static-scan', path: '.', message }], notices: [] };
}

function matcherOf(globs: readonly string[]): (path: string) => boolean {
  const matchers = globs.flatMap((glob) => {
    try {
      return [globMatcher(glob)];
    } catch {
      // What is no pattern is a path.
      return [];
    }
  });
  return (path) => globs.includes(path) || matchers.some((matches) => matches(path));
}

function inventories(files: readonly ChangedFile[], side: 'before' | 'after'): Map<string, TestInventory> {
  const found = new Map<string, TestInventory>();
  for (const file of files) {
    const text = file[side];
    const inventory = text !== undefined && holdsTests(file.path, text) ? readInventory(file.path, text) : undefined;
    if (inventory && inventory.tests.length > 0) found.set(file.path, inventory);
  }
  return found;
}

/** Code may have functions that are named like those of a runner. */
function holdsTests(path: string, text: string): boolean {
  return (
    isTest(path) ||
    /['"](?:node:test|vitest|@jest\/globals|mocha|bun:test|ava|tap|uvu)['"]|^\s*(?:import|from) (?:pytest|unittest)\b|#\[(?:\w+::)*test\b/m.test(
      text,
    )
  );
}

const withInventory = /\.(?:[cm]?[jt]sx?|py|go|rs)$/;

/** Test files in other languages, which cannot be looked into: they must not go. */
function lostFiles(files: readonly ChangedFile[]): ChangeRefusal[] {
  return files
    .filter(({ path, was, is }) => was === 'file' && is !== 'file' && isTest(path) && !withInventory.test(path) && /\.\w+$/.test(path))
    .filter(({ path }) => /\.(?:rb|php|java|kt|kts|cs|c|cc|cpp|swift|ex|exs|scala|clj|sh|bats|feature|snap)$/.test(path))
    .map(({ path }) => ({ rule: 'test-removed', path, message: 'is a file of tests and is gone; put it back as it was' }));
}

function brokenFiles(files: readonly ChangedFile[]): ChangeRefusal[] {
  return files.flatMap(({ path, before, after }) => {
    if (after === undefined || !isJavaScript(path)) return [];
    const js = parseJavaScript(path, after);
    if (!('error' in js) || (before !== undefined && 'error' in parseJavaScript(path, before))) return [];
    return [{ rule: 'types' as const, path, message: `cannot be read: ${js.error}` }];
  });
}

function someOf(names: readonly string[]): string {
  return `${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}
