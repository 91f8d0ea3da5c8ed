import type { StageRecord } from '../../schemas/runPipeline.ts';
import type { ArtifactStore } from '../lib/workbench.ts';

/** Ends of failed stages' logs, by stage id. */
export type LogEnds = Readonly<Record<string, string>>;

const linesShown = 15;
const longestLine = 500;
// A flooded log is not read into memory for its last lines.
const largestLog = 8 * 2 ** 20;

/** The last lines of each failed stage's log. */
/** The last lines of the log of each stage that failed. */
export async function logEnds(store: Pick<ArtifactStore, 'get'>, stages: StageRecord[]): Promise<LogEnds> {
  const failed = stages.filter(({ status, result }) => status === 'failed' && result?.log && result.log.size <= largestLog);
  const ends = failed.map(async ({ id, result }): Promise<[string, string]> => {
    if (!result?.log) return [id, ''];
    // The log is an extra: a report without it is better than none.
    const log = await store.get(result.log).catch(() => new Uint8Array());
    return [
      id,
      Buffer.from(log)
        .toString('utf8')
        .trimEnd()
        .split('\n')
        .slice(-linesShown)
        .map((line) => line.slice(0, longestLine))
        .join('\n'),
    ];
  });
  return Object.fromEntries(await Promise.all(ends));
}
