export type TallyLine = { event: string; action: string; outcome: string; count: number };

/** Counts what deliveries became, since the gateway started. Bounded: what is new after a thousand kinds is counted as `other`. */
export type Tally = { count(line: Omit<TallyLine, 'count'>): void; lines(): TallyLine[] };

const mostKinds = 1000;

export function createTally(): Tally {
  const lines = new Map<string, TallyLine>();
  return {
    count(line) {
      const key = JSON.stringify([line.event, line.action, line.outcome]);
      const full = lines.size >= mostKinds && !lines.has(key);
      const [at, kind] = full ? ['other', { event: 'other', action: '', outcome: 'other' }] : [key, line];
      lines.set(at, { ...kind, count: (lines.get(at)?.count ?? 0) + 1 });
    },
    lines: () => [...lines.values()],
  };
}
