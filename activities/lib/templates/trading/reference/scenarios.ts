import { isIndicator, keyOf, unitOf } from '../subject/series.ts';
import { type Condition, type Leaf, leavesOf, type PatternName, type Series, seriesOf } from '../subject/strategy.ts';
import { createRandom, seedOf } from './random.ts';
import { holds, leafHolds, type Moment, type View } from './signals.ts';

type Dice = { random: () => number; spread: number };

/** Values by key of series, at the bar before and at the present one. */
export type Scene = { values: Record<string, Record<Moment, number | null>>; patterns: PatternName[] };
export type Scenario = { scene: Scene; expected: boolean; title: string };

/**
 * Situations in which a condition holds, and for each part of it one where that part alone has changed; what is expected is judged part by part.
 * Empty when no situation was found in which the condition holds. Prices of a situation differ by about the share `spread`.
 */
export function scenariosFor(condition: Condition, seedText: string, spread = 0.3): Scenario[] {
  const random = createRandom(seedOf(seedText));
  const leaves = leavesOf(condition);
  const scenarios: Scenario[] = [];
  for (let round = 0; round < 2; round += 1) {
    const scene = sceneThatHolds(condition, { random, spread });
    if (scene === undefined) continue;
    scenarios.push({ scene, expected: true, title: 'holds' });
    for (const [index, leaf] of leaves.entries()) {
      const changed = withLeafTurned(scene, leaves, index, { random, spread });
      if (changed === undefined) continue;
      scenarios.push({
        scene: changed,
        expected: holds(condition, viewOf(changed)),
        title: `part ${index + 1} of ${leaves.length} turned`,
      });
      const [unknown] = seriesOf(leaf).filter(isIndicator);
      if (unknown === undefined || round > 0) continue;
      const early: Scene = { ...scene, values: { ...scene.values, [keyOf(unknown)]: { before: null, now: null } } };
      scenarios.push({ scene: early, expected: holds(condition, viewOf(early)), title: `${keyOf(unknown)} is not known yet` });
    }
  }
  return scenarios;
}

/** Whether any situation was found in which the condition holds. */
export function canHold(condition: Condition): boolean {
  return sceneThatHolds(condition, { random: createRandom(1), spread: 0.3 }) !== undefined;
}

export function viewOf({ values, patterns }: Scene): View {
  return { value: (series, moment) => values[keyOf(series)]?.[moment] ?? null, has: (pattern) => patterns.includes(pattern) };
}

/** Climbs from random values to ones that hold, changing the values of one part that does not hold at a time. */
function sceneThatHolds(condition: Condition, dice: Dice): Scene | undefined {
  const leaves = leavesOf(condition);
  for (let starts = 0; starts < 20; starts += 1) {
    let scene = sceneFor(leaves, dice);
    for (let steps = 0; steps < 60 * leaves.length; steps += 1) {
      if (holds(condition, viewOf(scene))) return scene;
      const weak = leaves.filter((leaf) => !leafHolds(leaf, viewOf(scene)));
      const leaf = weak[Math.floor(dice.random() * weak.length)];
      if (leaf === undefined) break;
      const next = changed(scene, leaf, leaves, dice);
      if (score(condition, next) >= score(condition, scene)) scene = next;
    }
  }
  return undefined;
}

/** 0 to 1: how much of the condition holds. */
function score(condition: Condition, scene: Scene): number {
  if (!('of' in condition)) return leafHolds(condition, viewOf(scene)) ? 1 : 0;
  const parts = condition.of.map((part) => score(part, scene));
  return condition.kind === 'any' ? Math.max(...parts) : parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

function withLeafTurned(scene: Scene, leaves: readonly Leaf[], index: number, dice: Dice): Scene | undefined {
  const leaf = leaves[index];
  if (leaf === undefined) return undefined;
  const before = leaves.map((one) => leafHolds(one, viewOf(scene)));
  let found: Scene | undefined;
  for (let tries = 0; tries < 200; tries += 1) {
    const next = changed(scene, leaf, leaves, dice);
    const now = leaves.map((one) => leafHolds(one, viewOf(next)));
    if (now[index] === before[index]) continue;
    found ??= next;
    if (now.every((value, i) => i === index || value === before[i])) return next;
  }
  return found;
}

function sceneFor(leaves: readonly Leaf[], dice: Dice): Scene {
  const all: Series[] = [...leaves.flatMap(seriesOf), { of: 'close' }];
  const values = Object.fromEntries(all.map((one) => [keyOf(one), { before: pick(one, leaves, dice), now: pick(one, leaves, dice) }]));
  return { values, patterns: leaves.flatMap((leaf) => (leaf.kind === 'pattern' && dice.random() < 0.5 ? [leaf.name] : [])) };
}

function changed(scene: Scene, leaf: Leaf, leaves: readonly Leaf[], dice: Dice): Scene {
  if (leaf.kind === 'pattern') {
    const { name } = leaf;
    return { ...scene, patterns: scene.patterns.includes(name) ? scene.patterns.filter((one) => one !== name) : [...scene.patterns, name] };
  }
  const series = seriesOf(leaf);
  const one = series[Math.floor(dice.random() * series.length)] ?? leaf.left;
  const values = { before: pick(one, leaves, dice), now: pick(one, leaves, dice) };
  return { ...scene, values: { ...scene.values, [keyOf(one)]: values } };
}

/** A plausible value, often close to a number that the condition names. */
function pick(series: Series, leaves: readonly Leaf[], { random, spread }: Dice): number {
  const unit = unitOf(series);
  const named = leaves.flatMap((leaf) =>
    leaf.kind !== 'pattern' && typeof leaf.right === 'number' && unitOf(leaf.left) === unit ? [leaf.right] : [],
  );
  const ranges = {
    percent: [2, 96],
    price: [100, 100 * spread],
    volume: [400, 1600],
    distance: [series.of === 'atr' ? 0.1 : -3, 6],
  } as const;
  const [low, width] = ranges[unit];
  const anchor = named[Math.floor(random() * named.length)];
  const around = unit === 'price' ? spread : 0.3;
  const isFree = anchor === undefined || random() < (unit === 'price' ? 0 : 0.2);
  const value = isFree ? low + random() * width : anchor + (random() - 0.5) * around * Math.max(Math.abs(anchor), 1);
  const factors = [1, ...leaves.flatMap((leaf) => factorsOf(leaf, series))];
  const scaled = value * (factors[Math.floor(random() * factors.length)] ?? 1);
  const limited = unit === 'percent' ? Math.min(Math.max(scaled, 0.5), 99.5) : scaled;
  return Number(limited.toPrecision(6));
}

/** How far `1.5 x …` moves a series away from the one that it is compared with. */
function factorsOf(leaf: Leaf, series: Series): number[] {
  if (leaf.kind === 'pattern' || typeof leaf.right === 'number') return [];
  const { times } = leaf.right;
  return [...(keyOf(leaf.left) === keyOf(series) ? [times] : []), ...(keyOf(leaf.right.series) === keyOf(series) ? [1 / times] : [])];
}
