import { warmUpOf } from '../subject/series.ts';
import { leavesOf, type Strategy } from '../subject/strategy.ts';
import { strategyInWords } from '../subject/words.ts';
import { type FixtureBar, inventBars } from './market.ts';
import { seedOf } from './random.ts';
import { signalsIn } from './signals.ts';

/** Bars made for the strategy: of many seeds the first with three entries, else the one with most. `which` tells open ones from held-out ones. */
export function fixtureFor(strategy: Strategy, which: 'open' | 'hidden'): { bars: FixtureBar[]; entries: number[] } {
  const seed = seedOf(`${which} ${strategyInWords(strategy)}`);
  const count = warmUpOf(strategy) + 260;
  const patterns = leavesOf(strategy.entry).flatMap((leaf) => (leaf.kind === 'pattern' ? [leaf.name] : []));
  let best: { bars: FixtureBar[]; entries: number[] } | undefined;
  for (let tries = 0; tries < 80; tries += 1) {
    const bars = inventBars({ seed: (seed + tries) >>> 0, count, timeframe: strategy.timeframe, patterns });
    const entries = signalsIn(strategy.entry, bars);
    if (best === undefined || entries.length > best.entries.length) best = { bars, entries };
    if (best.entries.length >= 3) break;
  }
  return best ?? { bars: [], entries: [] };
}
