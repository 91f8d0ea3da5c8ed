import type { Change, ChangedFile, Rule } from '../change.ts';
import { someOf, weighed } from '../comments.ts';
import { isComment, isIdle, isProductCode, isTest, type Language, languageOf } from '../../lib/languages.ts';
import { withoutSpace } from '../readDiff.ts';

/** Code that changed while no test of its language did. Moves, deletions, comments and imports are no change of code. */
export const tests: Rule = async (change, { tests: weight }) => {
  if (weight === 'off') return [];
  const untested = new Map<Language, ChangedFile[]>();
  for (const file of change.files.filter((file) => changesCode(file, change.removedLines))) {
    const language = languageOf(file.path)!;
    if (change.files.some((other) => isTestOf(other, language)) || (await holdsTests(change, file))) continue;
    untested.set(language, [...(untested.get(language) ?? []), file]);
  }
  return weighed(
    weight,
    [...untested.values()].map((files) => ({
      rule: 'tests',
      path: files[0]!.path,
      message: `Code changed and no test did: ${someOf(files.map(({ path }) => path))}. Add a test that fails without the change, or say why none is needed.`,
    })),
  );
};

/** Lines that came from elsewhere in the change, or only got another indentation, do nothing new. */
function changesCode({ path, status, binary, lines }: ChangedFile, removedLines: ReadonlySet<string>): boolean {
  const language = languageOf(path);
  if (language === undefined || status === 'deleted' || binary || !isProductCode(path)) return false;
  return lines.some(({ text }) => !isComment(text, language) && !isIdle(text, language) && !removedLines.has(withoutSpace(text)));
}

function isTestOf({ path, status, added }: ChangedFile, language: Language): boolean {
  // Expected output and data of tests count for every language.
  return status !== 'deleted' && added > 0 && isTest(path) && [undefined, language].includes(languageOf(path));
}

/** Rust keeps unit tests in the file itself, and Python tests may stand in docstrings. */
async function holdsTests({ after }: Change, { path, lines }: ChangedFile): Promise<boolean> {
  if (path.endsWith('.py')) return lines.some(({ text }) => /^\s*>>> /.test(text));
  if (!path.endsWith('.rs')) return false;
  if (lines.some(({ text }) => /#\[(?:\w+::)*test\b/.test(text))) return true;
  const text = await after.read(path);
  const start = (text ?? '').split('\n').findIndex((line) => /^\s*#\[cfg\((?:all\()?test\b/.test(line));
  return start >= 0 && lines.some(({ line }) => line > start);
}
