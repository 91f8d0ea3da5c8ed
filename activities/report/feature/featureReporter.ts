import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import type { BlobRef } from '../../../schemas/nouns.ts';
import { BuildReport } from '../../../schemas/buildReport.ts';
import { TestReport } from '../../../schemas/testReport.ts';
import { Contract } from '../../../schemas/contract.ts';
import type { BuildFeatureResult, TaskRecord } from '../../../schemas/buildFeature.ts';
import type { FeatureReporter } from '../../developContracts.ts';
import { docsOf } from '../../lib/contracts/docs.ts';
import { openApiOf } from '../../lib/contracts/openapi.ts';
import type { ArtifactStore } from '../../lib/workbench.ts';
import { safeFileName, safePath } from '../../lib/fileNames.ts';
import { reportFolder } from '../reporter.ts';
import { type Evidence, featureMarkdown } from './featureMarkdown.ts';

/** Writes a build's report, as Markdown for people and JSON for programs, into the store and under `home/reports`, with what its template shows. */
export function createFeatureReporter({ store, home }: { store: ArtifactStore; home: string }) {
  return {
    async writeFeatureReport({ record, result }) {
      const { workflowExecution } = Context.current().info;
      const place = { workflowId: workflowExecution?.workflowId ?? record.task_id, runId: workflowExecution?.runId ?? 'none' };
      const evidence = await evidenceOf(store, result);
      const markdown = featureMarkdown({ ...place, record, result, evidence });
      const all = { format: 'mainstay-build-report/1', ...place, record, result, build_reports: kindOf(evidence, 'built'), test_reports: kindOf(evidence, 'tested') }; // prettier-ignore

      const folder = reportFolder(home, place);
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(join(folder, 'report.md'), markdown);
      await writeFileAtomic(join(folder, 'report.json'), inJson(all));
      for (const { name, blob } of result.exhibits) await store.getToFile(blob, safePath(join(folder, 'shown'), name));
      for (const task of result.tasks) await writePapers({ store, folder: join(folder, safeFileName(task.id)) }, task, evidence[task.id]);
      return { markdown: await store.put(markdown, 'text/markdown'), json: await store.put(inJson(all), 'application/json') };
    },
  } satisfies FeatureReporter;
}

/** `contract.json`, its documentation, OpenAPI where it has endpoints, `build_report.json` and `test_report.json` of one task. */
async function writePapers(
  { store, folder }: { store: ArtifactStore; folder: string },
  { contract: ref }: TaskRecord,
  { built, tested }: Evidence = {},
): Promise<void> {
  const contract = await readPaper(store, ref, Contract);
  const openapi = contract && openApiOf(contract);
  const papers = {
    ...(contract ? { 'contract.json': inJson(contract), 'contract.md': docsOf(contract) } : {}),
    ...(openapi ? { 'openapi.json': inJson(openapi) } : {}),
    ...(built ? { 'build_report.json': inJson(built) } : {}),
    ...(tested ? { 'test_report.json': inJson(tested) } : {}),
  };
  if (Object.keys(papers).length > 0) await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(papers)) await writeFileAtomic(join(folder, name), content);
}

/** One kind of report of all that have it, by task. */
function kindOf(evidence: Record<string, Evidence>, kind: keyof Evidence): Record<string, unknown> {
  return Object.fromEntries(Object.entries(evidence).flatMap(([id, found]) => (found[kind] ? [[id, found[kind]]] : [])));
}

function inJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The reports of every task's proof, and of the result's under `result`; what is gone from the store is left out. */
async function evidenceOf(store: ArtifactStore, { tasks, proof }: BuildFeatureResult): Promise<Record<string, Evidence>> {
  const proofs = [...tasks.map((task) => [task.id, task.proof] as const), ['result', proof] as const];
  const read = proofs.map(async ([id, found]) => {
    const [built, tested] = [await readPaper(store, found?.buildReport, BuildReport), await readPaper(store, found?.report, TestReport)];
    return [id, { ...(built && { built }), ...(tested && { tested }) }] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

async function readPaper<T>(store: ArtifactStore, ref: BlobRef | undefined, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = ref && (await store.get(ref).catch(() => undefined));
  return bytes && schema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
}
