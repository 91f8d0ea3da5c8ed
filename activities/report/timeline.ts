import type { TimelineEntry } from '../../schemas/report.ts';
import { stageLine } from '../../schemas/summary.ts';
import type { RunRecord } from '../contracts.ts';

/** Everything that happened in a run, oldest first: stages, what their agents did, questions, decisions, errors. */
export function timelineOf({ record, result }: RunRecord): TimelineEntry[] {
  const entries: TimelineEntry[] = [{ at: record.started_at, who: 'run', what: 'started' }];
  for (const { step, at } of record.checkpoints) entries.push({ at, who: 'run', what: `checkpoint: ${step}` });
  for (const stage of result.stages) {
    if (stage.startedAt) entries.push({ at: stage.startedAt, who: stage.id, what: 'started' });
    // What was reused was done in another run, at another time.
    const actions = stage.result?.reusedFrom === undefined ? (stage.result?.actions ?? []) : [];
    for (const { at, did } of actions) entries.push({ at, who: stage.id, what: did });
    if (stage.endedAt) entries.push({ at: stage.endedAt, who: stage.id, what: stageLine(stage) });
  }
  for (const { request, granted, by, at, comment, expired } of record.decisions) {
    entries.push({ at: request.askedAt, who: 'run', what: `asked ${request.id}: ${request.effects.join('; ')}` });
    const verdict = `${granted ? 'approved' : 'rejected'} ${request.id}${expired ? ' (deadline)' : ''}`;
    entries.push({ at, who: by, what: comment ? `${verdict}: ${comment}` : verdict });
  }
  for (const { at, by, request, reason } of record.refusals ?? []) {
    entries.push({ at, who: by, what: `not taken${request === undefined ? '' : ` about ${request}`}: ${reason}` });
  }
  for (const { at, step, type, message } of record.error_log) entries.push({ at, who: step, what: `${type}: ${message}` });
  return entries.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
