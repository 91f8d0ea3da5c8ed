import type { ChangeRefusal } from '../../../schemas/testReport.ts';
import { isJavaScript, parseJavaScript } from '../../lib/tests/javascript/syntax.ts';
import { isPython, parsePython } from '../../lib/tests/python/syntax.ts';
import { isTest } from '../../lib/languages.ts';
import type { ChangedFile } from '../../lib/proof/changedFiles.ts';
import { tricksOfJavaScript } from '../tricks/javascript.ts';
import { tricksOfPython } from '../tricks/python.ts';
import type { Trick } from '../tricks/trick.ts';
import { configurationOf } from './configuration.ts';

/** Refuses code that a change brings in and that makes tests say what is not so: it ends them, patches their tools, or finds out that it is tested. */
export function trickRefusals(files: readonly ChangedFile[]): ChangeRefusal[] {
  return files.flatMap(({ path, before, after }) => {
    if (after === undefined || configurationOf(path)) return [];
    const known = tricksOf(path, before ?? '').map(({ what }) => what);
    const fresh = tricksOf(path, after).filter(({ what }) => !takeOne(known, what));
    return fresh.slice(0, 5).map(({ what, line }) => ({ rule: 'static-scan' as const, path, message: `line ${line}: ${what}` }));
  });
}

function tricksOf(path: string, text: string): Trick[] {
  const ofTests = isTest(path) || /(?:^|\/)(?:__mocks__|test[-_]?(?:utils?|helpers?|support|setup)|fixtures?)(?:\/|\.)/i.test(path);
  if (isPython(path)) return tricksOfPython(parsePython(text), ofTests);
  if (!isJavaScript(path)) return [];
  const js = parseJavaScript(path, text);
  return 'error' in js ? [] : tricksOfJavaScript(js, ofTests);
}

/** What stood there before stands for as many of the same. */
function takeOne(known: string[], what: string): boolean {
  const index = known.indexOf(what);
  if (index >= 0) known.splice(index, 1);
  return index >= 0;
}
