import { csvOf, type FixtureBar, inventBars } from '../reference/market.ts';
import { fixtureFor } from '../reference/fixtures.ts';
import { seedOf } from '../reference/random.ts';
import type { Strategy } from '../subject/strategy.ts';
import { strategyInWords } from '../subject/words.ts';
import { literal } from './literal.ts';

/** `test/data/…`: what is read, and what is refused. The held-out ones read other bars. */
export function dataTests(strategy: Strategy, which: 'open' | 'hidden'): string {
  const isOpen = which === 'open';
  const seed = seedOf(`data ${which} ${strategyInWords(strategy)}`);
  const bars = isOpen ? fixtureFor(strategy, 'open').bars : inventBars({ seed, count: 40, timeframe: strategy.timeframe });
  const source = isOpen ? "fileURLToPath(new URL('../../fixtures/bars.csv', import.meta.url))" : 'await fileOf(held)';
  return `import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
${isOpen ? "import { fileURLToPath } from 'node:url';\n" : ''}import { fetch_and_prepare_data } from '../../src/data.ts';
${isOpen ? '' : `\nconst held = \`${csvOf(bars)}\`;\n`}
async function fileOf(text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'bars-')), 'bars.csv');
  await writeFile(file, text);
  return file;
}

test('reads every bar as numbers', async () => {
  const bars = await fetch_and_prepare_data(${source});
  assert.equal(bars.length, ${bars.length});
  assert.deepEqual(bars[0], ${literal(bars[0], 2, 27)});
  assert.deepEqual(bars.at(-1), ${literal(bars.at(-1), 2, 31)});
  const sum = bars.reduce((total, { close, volume }) => total + close + volume, 0);
  assert.ok(Math.abs(sum - ${sumOf(bars)}) < 0.001);
});

test('reads columns in any order and lines that end as on Windows', async () => {
  const bars = await fetch_and_prepare_data(await fileOf(${literal(turned(isOpen ? 0 : 31))}));
  assert.deepEqual(bars, ${literal([turnedBar(isOpen ? 0 : 31)])});
});

const faults: [title: string, rows: string[], problem: RegExp][] = [
${faultRows(isOpen ? 0 : 12)
  .map(([title, rows, problem]) => faultText(title, rows, problem))
  .join('')}];
for (const [title, rows, problem] of faults) {
  test(\`refuses \${title}\`, async () => {
    const file = await fileOf(['time,open,high,low,close,volume', ...rows].join('\\n'));
    await assert.rejects(fetch_and_prepare_data(file), problem);
  });
}

test('refuses a file without a column, and one without bars', async () => {
  const lacking = await fileOf('time,open,high,low,close\\n2024-01-01,1,1,1,1\\n');
  await assert.rejects(fetch_and_prepare_data(lacking), /volume/);
  await assert.rejects(fetch_and_prepare_data(await fileOf('time,open,high,low,close,volume\\n')), /no bars/);
});

test('names every wrong line, not the first alone', async () => {
  const file = await fileOf('time,open,high,low,close,volume\\n2024-01-01,x,1,1,1,1\\n2024-01-02,1,1,1,1,1\\n2024-01-03,1,1,1,0,1\\n');
  await assert.rejects(fetch_and_prepare_data(file), /line 2: .*line 4: /);
});
`;
}

const sumOf = (bars: readonly FixtureBar[]) => Number(bars.reduce((total, { close, volume }) => total + close + volume, 0).toFixed(2));

const turnedBar = (by: number) => ({ time: '2024-02-01', open: 10 + by, high: 12 + by, low: 9 + by, close: 11.5 + by, volume: 700 + by });
function turned(by: number): string {
  const { time, open, high, low, close, volume } = turnedBar(by);
  return `Volume,Close,Date,Low,High,Open\r\n${[volume, close, time, low, high, open].join(',')}\r\n`;
}

/** Wrong lines with prices shifted by `by`. */
function faultRows(by: number): [title: string, rows: string[], problem: string][] {
  const row = (time: string, open: number, high: number, low: number, close: number) =>
    [time, open + by, high + by, low + by, close + by, 100 + by].join(',');
  const good = row('2024-03-04', 10, 12, 9, 11);
  return [
    ['a high below the low', [row('2024-03-04', 10, 9, 10, 10)], '/line 2: high .* is below low/'],
    ['a high below the close', [row('2024-03-04', 10, 11, 9, 12)], '/line 2: high/'],
    ['a low above the open', [row('2024-03-04', 10, 12, 11, 12)], '/line 2: low/'],
    ['a price that is no number', [`2024-03-04,${10 + by},high,${9 + by},${11 + by},5`], '/line 2: high is not a positive number/'],
    ['a price of zero', [`2024-03-04,0,${12 + by},0,${11 + by},5`], '/open is not a positive number/'],
    ['an empty cell', [`2024-03-04,${10 + by},${12 + by},${9 + by},,5`], '/close is not a positive number/'],
    ['a time that is none', [row('04.03.2024', 10, 12, 9, 11)], '/line 2: "04.03.2024" is not a time/'],
    ['the same time twice', [good, good], '/line 3: 2024-03-04 is there twice/'],
    ['bars that are not sorted', [good, row('2024-03-01', 10, 12, 9, 11)], '/line 3: .* is earlier/'],
    ['a gap', [good, row('2024-03-24', 10, 12, 9, 11)], '/line 3: bars are missing between 2024-03-04 and 2024-03-24/'],
  ];
}

function faultText(title: string, rows: string[], problem: string): string {
  return `  [${literal(title)}, ${literal(rows)}, ${problem}],\n`;
}
