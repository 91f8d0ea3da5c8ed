import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import writeFileAtomic from 'write-file-atomic';
import { TestReport } from '../../../schemas/testReport.ts';
import { Contract } from '../../../schemas/contract.ts';
import type { BuildFeatureResult, TaskRecord } from '../../../schemas/buildFeature.ts';
import type { FeatureReporter } from '../../developContracts.ts';
import { docsOf } from '../../lib/contracts/docs.ts';
import { openApiOf } from '../../lib/contracts/openapi.ts';
import type { ArtifactStore } from '../../lib/workbench.ts';
import { safeFileName, safePath } from '../../lib/fileNames.ts';
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
      for (const { name, blob } of result.exhibits) await store.getToFile(blob, safePath(join(folder, 'shown'), name));
      for (const task of result.tasks) await writePapers({ store, folder: join(folder, safeFileName(task.id)) }, task, reports[task.id]);
      return { markdown: await store.put(markdown, 'text/markdown'), json: await store.put(json, 'application/json') };
    },
  } satisfies FeatureReporter;
}

/** `contract.json`, its documentation, OpenAPI where it has endpoints, and `test_report.json` of one task. */
async function writePapers(
  { store, folder }: { store: ArtifactStore; folder: string },
  { contract: ref }: TaskRecord,
  report?: TestReport,
): Promise<void> {
  const text = ref && (await store.get(ref).catch(() => undefined));
  const contract = text && Contract.safeParse(JSON.parse(Buffer.from(text).toString('utf8'))).data;
  const openapi = contract && openApiOf(contract);
  const papers = {
    ...(contract ? { 'contract.json': inJson(contract), 'contract.md': docsOf(contract) } : {}),
    ...(openapi ? { 'openapi.json': inJson(openapi) } : {}),
    ...(report ? { 'test_report.json': inJson(report) } : {}),
  };
  if (Object.keys(papers).length > 0) await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(papers)) await writeFileAtomic(join(folder, name), content);
}

function inJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
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
