import type { PatternName } from '../subject/strategy.ts';

/** Open, high, low, close of the last bars; the pattern is complete with the last one, or, for a near miss, fails by one thing. */
export type PatternExample = { pattern: PatternName; is: boolean; why: string; bars: [number, number, number, number][] };

const falling: PatternExample['bars'] = [
  [110, 111, 106, 107],
  [107, 108, 104, 105],
  [105, 106, 102, 103],
  [103, 104, 100, 101],
];
const rising: PatternExample['bars'] = [
  [90, 94, 89, 93],
  [93, 96, 92, 95],
  [95, 98, 94, 97],
  [97, 100, 96, 99],
];

const example = (pattern: PatternName, is: boolean, why: string, ...bars: PatternExample['bars']): PatternExample => ({
  pattern,
  is,
  why,
  bars,
});

/** Worked out by hand from Nison's descriptions. */
export const patternExamples: readonly PatternExample[] = [
  example('bullish engulfing', true, 'the rising body covers the falling one', [104, 105, 99, 100], [99, 107, 98, 106]),
  example('bullish engulfing', false, 'closes below the open before it', [104, 105, 99, 100], [99, 104, 98, 103.5]),
  example('bullish engulfing', false, 'the body before rises as well', [100, 105, 99, 104], [99, 107, 98, 106]),
  example('bearish engulfing', true, 'the falling body covers the rising one', [100, 105, 99, 104], [105, 106, 97, 98]),
  example('bearish engulfing', false, 'opens below the close before it', [100, 105, 99, 104], [103, 106, 97, 98]),
  example('hammer', true, 'a long shadow below after a fall', ...falling, [100, 101.2, 95, 101]),
  example('hammer', false, 'the shadow below is shorter than two bodies', ...falling, [100, 103.1, 95.2, 103]),
  example('hammer', false, 'a shadow above as well', ...falling, [100, 103, 95, 101]),
  example('hammer', false, 'after a rise', ...rising, [100, 101.2, 95, 101]),
  example('shooting star', true, 'a long shadow above after a rise', ...rising, [101, 106, 99.8, 100]),
  example('shooting star', false, 'after a fall', ...falling, [101, 106, 99.8, 100]),
  example('shooting star', false, 'a shadow below as well', ...rising, [101, 106, 98, 100]),
  example('doji', true, 'opens and closes at almost the same price', [100, 102, 98, 100.1]),
  example('doji', false, 'the body is a tenth of the range', [100, 102, 98, 100.4]),
  example('doji', false, 'no movement at all', [100, 100, 100, 100]),
  example(
    'morning star',
    true,
    'a star below a long fall, and half of it made good',
    [110, 111, 99, 100],
    [98, 100, 96, 99],
    [100, 108, 99, 107],
  ),
  example('morning star', false, 'less than half made good', [110, 111, 99, 100], [98, 100, 96, 99], [100, 105, 99, 104.9]),
  example('morning star', false, 'the star is too large', [110, 111, 99, 100], [94, 100, 93, 99], [100, 108, 99, 107]),
  example(
    'evening star',
    true,
    'a star above a long rise, and half of it lost',
    [100, 111, 99, 110],
    [112, 114, 110, 111],
    [110, 111, 102, 103],
  ),
  example('evening star', false, 'less than half lost', [100, 111, 99, 110], [112, 114, 110, 111], [110, 111, 104, 105.1]),
  example('three white soldiers', true, 'three long rises', [100, 105, 99, 104], [102, 108, 101, 107], [105, 111, 104, 110]),
  example(
    'three white soldiers',
    false,
    'opens above the body before it',
    [100, 105, 99, 104],
    [104.5, 108, 103, 107],
    [105, 111, 104, 110],
  ),
  example(
    'three white soldiers',
    false,
    'the last closes far below its high',
    [100, 105, 99, 104],
    [102, 108, 101, 107],
    [105, 114, 104, 110],
  ),
  example('three black crows', true, 'three long falls', [110, 111, 105, 106], [108, 109, 102, 103], [105, 106, 99, 100]),
  example('three black crows', false, 'one of them rises', [110, 111, 105, 106], [103, 109, 102, 108], [105, 106, 99, 100]),
];
