import type { Strategy } from '../subject/strategy.ts';

/** `src/data.ts`: bars from CSV, checked. */
export const dataCode = ({ timeframe }: Strategy): string => `import { readFile } from 'node:fs/promises';

/** One bar of the market. \`time\` is its beginning, ISO 8601. */
export type Bar = { time: string; open: number; high: number; low: number; close: number; volume: number };

const columns = ['time', 'open', 'high', 'low', 'close', 'volume'] as const;
const numbers = ['open', 'high', 'low', 'close', 'volume'] as const;
const day = 86_400_000;

/** Longest time between two bars that is taken for a closed market (a weekend with holidays) and not for missing data. */
export const longestGap = ${timeframe === '1w' ? 12 : 5} * day;

/**
 * Reads bars from a CSV file and checks them: every column there, numbers positive (volume may be 0), high and low around open and close, time
 * strictly ascending, no gap longer than \`maxGap\` (milliseconds). Rejects with an Error that names each wrong line; never repairs or drops one.
 */
export async function fetch_and_prepare_data(file: string, maxGap = longestGap): Promise<Bar[]> {
  const lines = (await readFile(file, 'utf8')).replace(/^\\uFEFF/, '').split(/\\r?\\n/);
  const places = columnPlaces(file, lines[0] ?? '');
  const bars: Bar[] = [];
  const faults: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const bar = readBar(line.split(','), places);
    const found = [...barFaults(bar), ...orderFaults(bar, bars.at(-1), maxGap)];
    faults.push(...found.map((fault) => \`line \${index + 1}: \${fault}\`));
    bars.push(bar);
  }
  if (bars.length === 0) faults.push('it holds no bars');
  if (faults.length > 0) throw new Error(\`\${file} cannot be used: \${listed(faults)}\`);
  return bars;
}

function columnPlaces(file: string, header: string): Record<(typeof columns)[number], number> {
  const names = header.split(',').map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/^date$/, 'time'),
  );
  const missing = columns.filter((column) => !names.includes(column));
  if (missing.length > 0) throw new Error(\`\${file} cannot be used: its first line lacks the column \${missing.join(', ')}\`);
  const [time, open, high, low, close, volume] = columns.map((column) => names.indexOf(column));
  return { time, open, high, low, close, volume };
}

function readBar(cells: string[], places: Record<(typeof columns)[number], number>): Bar {
  const number = (column: (typeof numbers)[number]) => {
    const text = (cells[places[column]] ?? '').trim();
    return text === '' ? Number.NaN : Number(text);
  };
  return {
    time: (cells[places.time] ?? '').trim(),
    open: number('open'),
    high: number('high'),
    low: number('low'),
    close: number('close'),
    volume: number('volume'),
  };
}

function barFaults(bar: Bar): string[] {
  const faults: string[] = [];
  if (Number.isNaN(instant(bar.time))) faults.push(\`"\${bar.time}" is not a time such as 2024-01-31 or 2024-01-31T09:30:00Z\`);
  const wrong = numbers.filter((column) => !Number.isFinite(bar[column]) || bar[column] < 0 || (bar[column] === 0 && column !== 'volume'));
  faults.push(...wrong.map((column) => \`\${column} is not a positive number\`));
  if (wrong.length > 0) return faults;
  if (bar.high < bar.low) faults.push(\`high \${bar.high} is below low \${bar.low}\`);
  else if (bar.high < Math.max(bar.open, bar.close)) faults.push(\`high \${bar.high} is below open or close\`);
  else if (bar.low > Math.min(bar.open, bar.close)) faults.push(\`low \${bar.low} is above open or close\`);
  return faults;
}

function orderFaults(bar: Bar, before: Bar | undefined, maxGap: number): string[] {
  if (before === undefined) return [];
  const step = instant(bar.time) - instant(before.time);
  if (step === 0) return [\`\${bar.time} is there twice\`];
  if (step < 0) return [\`\${bar.time} is earlier than the line before\`];
  return step > maxGap ? [\`bars are missing between \${before.time} and \${bar.time}\`] : [];
}

// A time without a zone is UTC, so that every machine reads the same.
function instant(time: string): number {
  if (!/^\\d{4}-\\d{2}-\\d{2}([T ]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?(Z|[+-]\\d{2}:\\d{2})?)?$/.test(time)) return Number.NaN;
  const zoned = time.length === 10 || /(Z|[+-]\\d{2}:\\d{2})$/.test(time);
  return Date.parse(zoned ? time : \`\${time}Z\`);
}

function listed(faults: string[]): string {
  const more = faults.length > 20 ? \`; and \${faults.length - 20} more\` : '';
  return faults.slice(0, 20).join('; ') + more;
}
`;
