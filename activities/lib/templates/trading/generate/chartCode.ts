/** `src/chart.ts`: the account as SVG. */
export const chartCode = `import type { Backtest } from './backtest.ts';

type Point = { x: number; y: number };
type Frame = { x: (index: number) => number; y: (value: number) => number; low: number; high: number };

const size = { width: 960, height: 420, left: 90, right: 20, top: 50, bottom: 50 };

/** The account's value over time as SVG: the line, the distance to the highest value before it shaded, ▲ purchases and ▼ sales. */
export function drawEquity(backtest: Backtest, title: string): string {
  const { equity, trades } = backtest;
  const values = equity.map(({ value }) => value);
  const frame = fit(values);
  const at = (index: number): Point => ({ x: frame.x(index), y: frame.y(values[index]) });
  const line = values.map((_, index) => at(index));
  const peaks = highestSoFar(values).map((value, index) => ({ x: frame.x(index), y: frame.y(value) }));
  const marks = trades.flatMap(({ entryIndex, exitIndex }) => [mark(at(entryIndex), 'buy'), mark(at(exitIndex), 'sell')]);
  return [
    \`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \${size.width} \${size.height}" font-family="sans-serif" font-size="12">\`,
    \`<title>\${escape(title)}</title>\`,
    \`<rect width="\${size.width}" height="\${size.height}" fill="#ffffff"/>\`,
    \`<text x="\${size.left}" y="28" font-size="16">\${escape(title)}</text>\`,
    ...valueAxis(frame),
    ...timeAxis(equity, frame),
    \`<polygon points="\${points([...peaks, ...line.toReversed()])}" fill="#d9534f" fill-opacity="0.25"><title>drawdown</title></polygon>\`,
    \`<polyline points="\${points(line)}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>\`,
    ...marks,
    legend(),
    '</svg>',
    '',
  ].join('\\n');
}

function fit(values: readonly number[]): Frame {
  const lowest = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const highest = values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  const margin = Math.max((highest - lowest) * 0.08, highest * 0.001);
  const [low, high] = [lowest - margin, highest + margin];
  const [width, height] = [size.width - size.left - size.right, size.height - size.top - size.bottom];
  return {
    x: (index) => size.left + (index / Math.max(values.length - 1, 1)) * width,
    y: (value) => size.top + ((high - value) / (high - low)) * height,
    low,
    high,
  };
}

function valueAxis({ y, low, high }: Frame): string[] {
  const values = [0, 1, 2, 3, 4].map((step) => low + ((high - low) * step) / 4);
  return values.flatMap((value) => [
    \`<line x1="\${size.left}" x2="\${size.width - size.right}" y1="\${fixed(y(value))}" y2="\${fixed(y(value))}" stroke="#dddddd"/>\`,
    \`<text x="\${size.left - 8}" y="\${fixed(y(value) + 4)}" text-anchor="end">\${value.toFixed(2)}</text>\`,
  ]);
}

function timeAxis(equity: Backtest['equity'], { x }: Frame): string[] {
  const indexes = [...new Set([0, 1, 2, 3, 4].map((step) => Math.round(((equity.length - 1) * step) / 4)))];
  const bottom = size.height - size.bottom;
  return [
    \`<line x1="\${size.left}" x2="\${size.width - size.right}" y1="\${bottom}" y2="\${bottom}" stroke="#333333"/>\`,
    \`<line x1="\${size.left}" x2="\${size.left}" y1="\${size.top}" y2="\${bottom}" stroke="#333333"/>\`,
    ...indexes.map((index) => {
      const anchor = index === equity.length - 1 ? 'end' : 'middle';
      return \`<text x="\${fixed(x(index))}" y="\${bottom + 18}" text-anchor="\${anchor}">\${escape(equity[index].time.slice(0, 10))}</text>\`;
    }),
    \`<text x="20" y="\${size.height / 2}" transform="rotate(-90 20 \${size.height / 2})" text-anchor="middle">account value</text>\`,
  ];
}

function mark({ x, y }: Point, kind: 'buy' | 'sell'): string {
  const side = kind === 'buy' ? 1 : -1;
  const triangle = points([
    { x, y: y + 4 * side },
    { x: x - 5, y: y + 13 * side },
    { x: x + 5, y: y + 13 * side },
  ]);
  return \`<polygon points="\${triangle}" fill="\${kind === 'buy' ? '#2e8b57' : '#b22222'}"><title>\${kind}</title></polygon>\`;
}

function legend(): string {
  const y = size.height - 10;
  return [
    \`<text x="\${size.left}" y="\${y}" fill="#2e8b57">▲ buy</text>\`,
    \`<text x="\${size.left + 60}" y="\${y}" fill="#b22222">▼ sell</text>\`,
    \`<text x="\${size.left + 120}" y="\${y}" fill="#d9534f">shaded: drawdown</text>\`,
  ].join('\\n');
}

function highestSoFar(values: readonly number[]): number[] {
  let peak = Number.NEGATIVE_INFINITY;
  return values.map((value) => (peak = Math.max(peak, value)));
}

const fixed = (value: number) => value.toFixed(1);
const points = (list: Point[]) => list.map(({ x, y }) => \`\${fixed(x)},\${fixed(y)}\`).join(' ');
const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
`;
