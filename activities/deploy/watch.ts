import { setTimeout as sleep } from 'node:timers/promises';
import prettyMs from 'pretty-ms';
import type { Health } from '../../schemas/deploy.ts';
import { lookAt } from './look.ts';
import type { Sighting } from './probe.ts';
import type { ReleaseRecord } from './record.ts';
import type { Targets } from './target.ts';

export type WatchOrder = {
  record: ReleaseRecord;
  /** Milliseconds. */
  window: number;
  interval: number;
  tolerate: number;
  signal: AbortSignal;
  progress(text: string): void;
};

/**
 * Looks at a release again and again over its window. `fail` as soon as it died, was restarted, or was unwell more often than
 * tolerated; `inconclusive` when no look could be made at all.
 */
export async function watch(targets: Targets, order: WatchOrder): Promise<Health> {
  const { record, window, interval, tolerate, signal } = order;
  const started = Date.now();
  const counts = { probes: 0, failed: 0, well: 0 };
  const ended = (verdict: Health['verdict'], reason: string): Health => ({ verdict, reason, probes: counts.probes, failed: counts.failed });

  for (;;) {
    signal.throwIfAborted();
    const sighting = await look(targets, record, signal);
    counts.probes += 1;
    const age = Date.now() - started;
    order.progress(`${prettyMs(age)} of ${prettyMs(window)}: ${sighting.text}\n`);

    if (sighting.outcome === 'gone') return ended('fail', await obituary(targets, record, age, sighting.text));
    if (sighting.outcome === 'well') counts.well += 1;
    if (sighting.outcome === 'ill' || sighting.outcome === 'silent') counts.failed += 1;
    if (counts.failed > tolerate) {
      return ended('fail', `${counts.failed} of ${counts.probes} probes failed within ${prettyMs(age)}: ${sighting.text}`);
    }
    if (age >= window) {
      if (counts.well === 0) return ended('inconclusive', `no probe worked in ${prettyMs(window)}: ${sighting.text}`);
      return ended('pass', `well in ${counts.well} of ${counts.probes} probes over ${prettyMs(window)}`);
    }
    await sleep(Math.min(interval, Math.max(0, window - age)), undefined, { signal });
  }
}

type WatchSighting = Sighting | { outcome: 'gone'; text: string };

async function look(targets: Targets, record: ReleaseRecord, signal: AbortSignal): Promise<WatchSighting> {
  try {
    const sighting = await lookAt(targets, { record, url: record.healthUrl }, signal);
    // The mark tells a restart from a long life, even when every probe in between was answered.
    const instance = await targets[record.target].instance(record);
    if (instance === record.mark) return sighting;
    const ending = await targets[record.target].ending?.(record);
    return { outcome: 'gone', text: ending ?? (instance === undefined ? 'it died' : 'it died and was restarted') };
  } catch (error) {
    if (signal.aborted) throw error;
    return { outcome: 'broken', text: `could not look: ${String(error)}` };
  }
}

async function obituary(targets: Targets, record: ReleaseRecord, age: number, text: string): Promise<string> {
  const lines = await targets[record.target].lastLines(record).catch(() => '');
  return `${text} ${prettyMs(age)} into the watch${lines ? `; its last lines: ${lines.slice(-600)}` : ''}`;
}
