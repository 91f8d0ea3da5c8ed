import { short } from './statistics.ts';

/** One measured figure. `bar` says what it must reach, in words; `holds` is missing for figures without a bar. */
export type BenchItem = { name: string; value: number; unit: string; bar?: string; holds?: boolean };

/** Takes the figures and remarks of a part as they come. */
export type BenchReport = { item(item: BenchItem): void; note(text: string): void };

/** A report that prints as it goes and keeps the items. */
export function createReport(print: (line: string) => void): BenchReport & { items: BenchItem[] } {
  const items: BenchItem[] = [];
  return {
    items,
    note: (text) => print(`  ${text}`),
    item(item) {
      items.push(item);
      const verdict = item.holds === undefined ? '' : item.holds ? 'holds' : 'FAILS';
      print(`  ${item.name}: ${short(item.value)} ${item.unit}${item.bar ? `   bar ${item.bar}   ${verdict}` : ''}`);
    },
  };
}

/** An item whose value must be at least `bar`. */
export function atLeast(name: string, value: number, bar: number, unit = '×'): BenchItem {
  return { name, value, unit, bar: `≥ ${bar} ${unit}`, holds: value >= bar };
}

/** An item whose value must be at most `bar`. */
export function atMost(name: string, value: number, bar: number, unit = '×'): BenchItem {
  return { name, value, unit, bar: `≤ ${bar} ${unit}`, holds: value <= bar };
}
