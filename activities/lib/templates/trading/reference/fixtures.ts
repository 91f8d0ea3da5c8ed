import { warmUpOf } from '../subject/series.ts';
import { type Condition, leavesOf, patternNames, type Strategy } from '../subject/strategy.ts';
import { strategyInWords } from '../subject/words.ts';
import { type FixtureBar, inventBars } from './market.ts';
import { seedOf } from './random.ts';
import { referencePattern } from './patterns.ts';
import { createSignals } from './signals.ts';

/** Bars made for the strategy: of many seeds the first with three entries, else the one with most. `which` tells open ones from held-out ones. */
export function fixtureFor(strategy: Strategy, which: 'open' | 'hidden'): { bars: FixtureBar[]; entries: number[] } {
  const seed = seedOf(`${which} ${strategyInWords(strategy)}`);
  const count = warmUpOf(strategy) + 260;
  const patterns = leavesOf(strategy.entry).flatMap((leaf) => (leaf.kind === 'pattern' ? [leaf.name] : []));
  let best: { bars: FixtureBar[]; entries: number[] } = { bars: [], entries: [] };
  for (let tries = 0; tries < 80 && best.entries.length < 3; tries += 1) {
    const bars = inventBars({ seed: (seed + tries) >>> 0, count, timeframe: strategy.timeframe, patterns });
    const entries = createSignals(strategy.entry, bars)();
    const isBetter = best.bars.length === 0 || entries.length > best.entries.length;
    if (isBetter && isClear(strategy, bars)) best = { bars, entries };
  }
  return best;
}

/** False for bars that lie so exactly on a limit that rounding, not the rule, would decide. */
export function isClear({ entry, exit }: Strategy, bars: readonly FixtureBar[]): boolean {
  const conditions: Condition[] = [entry, ...(exit === undefined ? [] : [exit])];
  const signals = conditions.map((condition) => createSignals(condition, bars));
  const found = (nudge: number) =>
    JSON.stringify([...signals.map((signalsAt) => signalsAt(nudge)), ...patternNames.map((name) => referencePattern(name, bars, nudge))]);
  return found(-1e-9) === found(1e-9);
}

/** Invented bars on which no limit is met exactly. */
export function clearBars(strategy: Strategy, order: Parameters<typeof inventBars>[0]): FixtureBar[] {
  for (let tries = 0; tries < 50; tries += 1) {
    const bars = inventBars({ ...order, seed: (order.seed + tries) >>> 0 });
    if (isClear(strategy, bars)) return bars;
  }
  return inventBars(order);
}
