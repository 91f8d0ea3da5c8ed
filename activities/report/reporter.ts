import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import writeFileAtomic from 'write-file-atomic';
import { RunReport } from '../../schemas/report.ts';
import type { Reporter, RunRecord } from '../contracts.ts';
import { safeFileName, safePath } from '../lib/fileNames.ts';
import type { ArtifactStore } from '../lib/workbench.ts';
import { logEnds } from './logEnds.ts';
import { countRun } from './figures.ts';
import { reportMarkdown } from './markdown.ts';
import { timelineOf } from './timeline.ts';

export { logEnds };

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
      const refs = { markdown: await store.put(markdown, 'text/markdown'), json: await store.put(json, 'application/json') };
      countRun(report.result);
      return refs;
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
