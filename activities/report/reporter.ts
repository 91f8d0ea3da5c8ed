import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import writeFileAtomic from 'write-file-atomic';
import { RunReport } from '../../schemas/report.ts';
import type { StageRecord } from '../../schemas/runPipeline.ts';
import type { Reporter, RunRecord } from '../contracts.ts';
import { safeFileName, safePath } from '../lib/fileNames.ts';
import type { ArtifactStore } from '../lib/workbench.ts';
import { type LogEnds, reportMarkdown } from './markdown.ts';
import { timelineOf } from './timeline.ts';

/** Writes a run's report, as Markdown for people and JSON for programs, into the store and under `home/reports`. */
export function createReporter({ store, home }: { store: ArtifactStore; home: string }) {
  return {
    writeReport: async (run) => {
      const { workflowId, runId } = placeOf(run);
      const report = reportOf(run, { workflowId, runId });
      const markdown = reportMarkdown(report, await logEnds(store, report.result.stages));
      const json = `${JSON.stringify(report, null, 2)}\n`;

      const folder = reportFolder(home, { workflowId, runId });
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(join(folder, 'report.md'), markdown);
      await writeFileAtomic(join(folder, 'report.json'), json);
      return { markdown: await store.put(markdown, 'text/markdown'), json: await store.put(json, 'application/json') };
    },
  } satisfies Reporter;
}

/** Folder that holds `report.md` and `report.json` of a run. */
export function reportFolder(home: string, { workflowId, runId }: { workflowId: string; runId: string }): string {
  return join(safePath(join(home, 'reports'), workflowId), safeFileName(runId));
}

// Every time in it is the run's own, so that a second attempt writes the same report.
function reportOf(run: RunRecord, place: { workflowId: string; runId: string }): RunReport {
  return RunReport.parse({
    format: 'mainstay-report/1',
    ...place,
    startedAt: run.record.started_at,
    endedAt: run.record.updated_at,
    result: run.result,
    decisions: run.record.decisions,
    errors: run.record.error_log,
    timeline: timelineOf(run),
  });
}

function placeOf({ record }: RunRecord): { workflowId: string; runId: string } {
  const { workflowExecution } = Context.current().info;
  return { workflowId: workflowExecution?.workflowId ?? record.task_id, runId: workflowExecution?.runId ?? 'none' };
}

const linesShown = 15;
// A flooded log is not read into memory for its last lines.
const largestLog = 8 * 2 ** 20;

/** The last lines of each failed stage's log. */
export async function logEnds(store: Pick<ArtifactStore, 'get'>, stages: StageRecord[]): Promise<LogEnds> {
  const failed = stages.filter(({ status, result }) => status === 'failed' && result?.log && result.log.size <= largestLog);
  const ends = failed.map(async ({ id, result }): Promise<[string, string]> => {
    if (!result?.log) return [id, ''];
    // The log is an extra: a report without it is better than none.
    const log = await store.get(result.log).catch(() => new Uint8Array());
    return [id, Buffer.from(log).toString('utf8').trimEnd().split('\n').slice(-linesShown).join('\n')];
  });
  return Object.fromEntries(await Promise.all(ends));
}
