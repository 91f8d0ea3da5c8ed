import { posix } from 'node:path';
import type { ChangeRefusal } from '../../../schemas/testReport.ts';
import { nameOf, type TestEntry, type TestInventory } from './inventory.ts';

/** Inventories by path, of the files that a change touches. */
export type Inventories = ReadonlyMap<string, TestInventory>;

type Placed = { path: string; test: TestEntry };
type Pair = { before: Placed; after: Placed };

/**
 * What a change takes away from the tests that were there: removed, skipped or weakened ones. New, stronger and renamed tests are welcome;
 * `rewritten` names those that are as strong as before but expect something else.
 */
export function compareTests(before: Inventories, after: Inventories): { refusals: ChangeRefusal[]; rewritten: string[] } {
  const now = placed(after);
  const { pairs, removed } = matchTests(placed(before), now);
  const known = new Set(pairs.map((pair) => pair.after));
  return {
    refusals: [
      ...removed.map(({ path, test }) => refusal('test-removed', path, test, 'is gone; put it back as it was')),
      ...pairs.flatMap(skipped),
      ...now.flatMap((one) => (one.test.only && !known.has(one) ? [onlyRefusal(one)] : [])),
      ...pairs.flatMap(weakened),
    ],
    rewritten: pairs.filter(({ before, after }) => before.test.body !== after.test.body).map(({ after }) => nameOf(after.test)),
  };
}

function placed(inventories: Inventories): Placed[] {
  return [...inventories].flatMap(([path, { tests }]) => tests.map((test) => ({ path, test })));
}

/** By place and name first, then by the same statements under another name, then by the same name in another file. */
function matchTests(before: readonly Placed[], after: readonly Placed[]): { pairs: Pair[]; removed: Placed[] } {
  const pairs: Pair[] = [];
  const free = new Set(after);
  let left = before.filter(({ test }) => test.state !== 'skipped');
  const ways: ((a: Placed, b: Placed) => boolean)[] = [
    (a, b) => a.path === b.path && nameOf(a.test) === nameOf(b.test),
    (a, b) => a.test.body !== '' && a.test.body === b.test.body && areBothFound(a.path, b.path),
    (a, b) => nameOf(a.test) === nameOf(b.test) && areBothFound(a.path, b.path),
  ];
  for (const same of ways) {
    left = left.filter((one) => {
      const found = [...free].find((other) => same(one, other));
      if (found === undefined) return true;
      free.delete(found);
      pairs.push({ before: one, after: found });
      return false;
    });
  }
  return { pairs, removed: left };
}

/** Whether who finds tests in the one file finds those in the other: the same top folder and the same kind of name. */
function areBothFound(a: string, b: string): boolean {
  const kind = (path: string) => {
    const name = posix.basename(path);
    return `${path.split('/').slice(0, -1)[0] ?? ''} ${name.startsWith('test_')} ${name.replace(/^[^.]*?(?=(?:_tests?)?\.)/, '')}`;
  };
  return kind(a) === kind(b);
}

function skipped({ before, after }: Pair): ChangeRefusal[] {
  if (after.test.only && !before.test.only) return [onlyRefusal(after)];
  const order = ['runs', 'conditional', 'skipped'];
  if (order.indexOf(after.test.state) <= order.indexOf(before.test.state)) return [];
  const how = after.test.state === 'skipped' ? 'is skipped' : 'only runs under a condition';
  return [refusal('test-skipped', after.path, after.test, `${how}; let it run as before`)];
}

function onlyRefusal({ path, test }: Placed): ChangeRefusal {
  return refusal('test-skipped', path, test, 'is marked "only", so that the others do not run; take the mark away');
}

function weakened({ before, after }: Pair): ChangeRefusal[] {
  if (after.test.state === 'skipped') return [];
  const atLeast = (entry: TestEntry, least: number) => entry.assertions.filter((strength) => strength >= least).length;
  const level = [1, 2, 3].find((least) => atLeast(after.test, least) < atLeast(before.test, least));
  if (level === undefined) return [];
  const [was, is] = [atLeast(before.test, level), atLeast(after.test, level)];
  const words = level === 1 ? 'assertions that can fail' : level === 2 ? 'assertions about a value' : 'assertions that fix a value';
  return [refusal('assertion-weakened', after.path, after.test, `has ${is} ${words}, before it had ${was}; keep what it asserted`)];
}

function refusal(rule: ChangeRefusal['rule'], path: string, test: TestEntry, what: string): ChangeRefusal {
  return { rule, path, message: `the test "${nameOf(test).slice(0, 200)}" ${what}` };
}
