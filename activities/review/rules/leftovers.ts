import type { ReviewComment } from '../../../schemas/review.ts';
import type { ChangedFile, Rule } from '../change.ts';
import { weighed } from '../comments.ts';
import { isComment, isGenerated, isProductCode, isProse, isTest, type Language, languageOf } from '../../lib/languages.ts';

/** `where`: only in tests, only in the product's code, or anywhere. `mild`: no more than a note. */
type Leftover = { pattern: RegExp; what: string; where: 'tests' | 'product' | 'anywhere'; mild?: true };

const known: Readonly<Record<Language, readonly Leftover[]>> = {
  javascript: [
    { pattern: /(?:^|[;{}])\s*debugger\s*(?:;|$|\/\/)/, what: 'a debugger statement', where: 'anywhere' },
    { pattern: /(?:^|[;{}>])\s*(?:describe|it|test|context|suite|specify|bench)(?:\.\w+)*\.only\s*[(`.]/, what: 'a focused test: the others do not run', where: 'tests' },
    { pattern: /^\s*(?:fdescribe|fcontext|fit|iit|ddescribe)\s*\(/, what: 'a focused test: the others do not run', where: 'tests' },
    { pattern: /(?:^|[;{}])\s*console\.(?:log|debug|dir|trace|table)\s*\(/, what: 'output to the console', where: 'product', mild: true },
  ],
  python: [
    { pattern: /^\s*(?:\w.*[:;]\s*)?breakpoint\(\s*\)/, what: 'a breakpoint', where: 'anywhere' },
    { pattern: /^\s*(?:import\s+(?:i?pdb|pudb|pydevd)\b|from\s+(?:i?pdb|pudb|celery\.contrib)\s+import\b.*|.*\b(?:i?pdb|pudb|rdb)\.set_trace\()/, what: 'a debugger', where: 'anywhere' },
  ],
  go: [
    { pattern: /^\s*(?:ginkgo\.)?F(?:It|Describe|Context|When|Specify|DescribeTable)\(/, what: 'a focused test: the others do not run', where: 'tests' },
    { pattern: /\bruntime\.Breakpoint\(\)/, what: 'a breakpoint', where: 'anywhere' },
  ],
  rust: [{ pattern: /(?:^|[^\w"!])dbg!\s*[([{]/, what: 'a dbg! macro', where: 'anywhere' }],
  other: [{ pattern: /^\s*(?:binding\.(?:pry|irb)|byebug|debugger;?)\s*$/, what: 'a debugger', where: 'anywhere' }],
}; // prettier-ignore

/** Programs and servers talk to their terminal on purpose. */
const terminal = /(?:^|\/)(?:bin|cli|commands?|server)(?:\/|\.[cm]?[jt]s$)|(?:^|\/)(?:cli|main|server|logger|logging|log)\.[cm]?[jt]sx?$/;

/** What was for the author alone: debuggers, focused tests, unresolved merges. A merge marker blocks, as nothing works with one. */
export const leftovers: Rule = ({ files }, { leftovers: weight }) => {
  const looked = files.filter(({ path, status }) => status !== 'deleted' && !isGenerated(path));
  return looked.flatMap((file) => [
    ...(weight === 'off' ? [] : mergeMarkers(file, isProse(file.path) || isTest(file.path) ? weight : 'block')),
    ...lineLeftovers(file).flatMap(({ mild, ...comment }) => weighed(weight, [comment], mild ? 'note' : 'block')),
  ]);
};

function lineLeftovers({ path, lines }: ChangedFile) {
  const language = languageOf(path);
  if (language === undefined) return [];
  const test = isTest(path);
  const product = isProductCode(path) && !terminal.test(path);
  const here = known[language].filter(({ where }) => where === 'anywhere' || (where === 'tests' ? test : product));
  return lines
    .filter(({ text }) => text.length < 1000 && !isComment(text, language))
    .flatMap(({ line, text }) => {
      const found = here.find(({ pattern }) => pattern.test(text));
      return found === undefined ? [] : [{ rule: 'leftovers', path, line, message: `Looks like ${found.what}.`, mild: found.mild }];
    });
}

/** The three marks of one conflict in their order; a line of `=======` alone is a heading. */
function mergeMarkers({ path, lines }: ChangedFile, weight: ReviewComment['severity']): ReviewComment[] {
  const start = lines.findIndex(({ text }) => /^<{7}(?: |$)/.test(text));
  if (start < 0) return [];
  const middle = lines.findIndex(({ text }, at) => at > start && /^={7}$/.test(text));
  const end = lines.findIndex(({ text }, at) => at > middle && /^>{7}(?: |$)/.test(text));
  if (middle < 0 || end < 0) return [];
  return weighed(weight, [{ rule: 'leftovers', path, line: lines[start]!.line, message: 'A merge conflict is not resolved here.' }]);
}
