import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import writeFileAtomic from 'write-file-atomic';
import { TestReport } from '../../../schemas/testReport.ts';
import type { BuildFeatureResult } from '../../../schemas/buildFeature.ts';
import type { FeatureReporter } from '../../developContracts.ts';
import type { ArtifactStore } from '../../lib/workbench.ts';
import { safeFileName } from '../../lib/fileNames.ts';
import { reportFolder } from '../reporter.ts';
import { featureMarkdown, type Reports } from './featureMarkdown.ts';

/** Writes a build's report, as Markdown for people and JSON for programs, into the store and under `home/reports`, with what its template shows. */
export function createFeatureReporter({ store, home }: { store: ArtifactStore; home: string }) {
  return {
    async writeFeatureReport({ record, result }) {
      const { workflowExecution } = Context.current().info;
      const place = { workflowId: workflowExecution?.workflowId ?? record.task_id, runId: workflowExecution?.runId ?? 'none' };
      const reports = await testReports(store, result);
      const markdown = featureMarkdown({ ...place, record, result, reports });
      const json = `${JSON.stringify({ format: 'mainstay-build-report/1', ...place, record, result, test_reports: reports }, null, 2)}\n`;

      const folder = reportFolder(home, place);
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(join(folder, 'report.md'), markdown);
      await writeFileAtomic(join(folder, 'report.json'), json);
      for (const { name, blob } of result.exhibits) await store.getToFile(blob, join(folder, safeFileName(name)));
      return { markdown: await store.put(markdown, 'text/markdown'), json: await store.put(json, 'application/json') };
    },
  } satisfies FeatureReporter;
}

/** The test report of every task, and of the result under `result`; what is gone from the store is left out. */
async function testReports(store: ArtifactStore, { tasks, proof }: BuildFeatureResult): Promise<Reports> {
  const proofs = [...tasks.map((task) => [task.id, task.proof] as const), ['result', proof] as const];
  const read = proofs.map(async ([id, found]) => {
    const text = found && (await store.get(found.report).catch(() => undefined));
    const parsed = text && TestReport.safeParse(JSON.parse(Buffer.from(text).toString('utf8')));
    return parsed && parsed.success ? ([[id, parsed.data]] as const) : [];
  });
  return Object.fromEntries((await Promise.all(read)).flat());
}
