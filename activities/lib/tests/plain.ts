import { lineAt, type Strength, type TestEntry, type TestInventory } from './inventory.ts';

type Manner = { test: RegExp; skip: RegExp; assertion: RegExp };

/** Languages whose tests are functions with known names or marks; read by their text alone. */
const manners: Readonly<Record<string, Manner>> = {
  go: {
    test: /^func (?<name>(?:Test|Fuzz|Example|Benchmark)\w*)\s*\(/gm,
    skip: /\b[tb]\.Skip(?:f|Now)?\(/,
    assertion: /\b[tb]\.(?:Error|Fatal|Fail)\w*\(|\b(?:assert|require)\.\w+\(|\bif diff :=/g,
  },
  rs: {
    test: /#\[(?:\w+::)*test\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub\s+)?(?:async\s+)?fn\s+(?<name>\w+)/g,
    skip: /#\[ignore\b/,
    assertion: /\b(?:assert\w*|panic|matches)!\s*\(|\.unwrap_err\(\)|#\[should_panic/g,
  },
};

/** Tests of a file in Go or Rust; undefined for what is in another language. */
export function inventoryOfPlain(path: string, text: string): TestInventory | undefined {
  const manner = manners[/\.(?<extension>go|rs)$/.exec(path)?.groups?.extension ?? ''];
  if (!manner) return undefined;
  const starts = [...text.matchAll(manner.test)];
  const tests = starts.map((start, i): TestEntry => {
    const own = withoutComments(text.slice(start.index, starts[i + 1]?.index ?? text.length));
    return {
      titles: [start.groups?.name ?? ''],
      line: lineAt(text, start.index),
      state: manner.skip.test(own) ? 'skipped' : 'runs',
      only: false,
      assertions: [...own.matchAll(manner.assertion)].map((): Strength => 2),
      body: own.slice(start[0].length).replace(/\s+/g, ' '),
    };
  });
  return { tests };
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
}
