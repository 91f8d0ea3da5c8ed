import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { safePath } from '../../activities/lib/fileNames.ts';
import { reportFolder } from '../../activities/report/reporter.ts';
import type { ArtifactStore } from '../../activities/lib/workbench.ts';
import { failureType } from '../../schemas/failures.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import { TestReport } from '../../schemas/testReport.ts';
import type { RunView } from '../view.ts';
import type { Cli } from './context.ts';

/** What a summary says beyond the run's record: test reports by task, and files of this machine by what they are. */
export type Evidence = { reports: ReadonlyMap<string, TestReport>; files: { name: string; path: string }[] };

/** Reads what this machine's store has of a build; what only the store of other workers has is left out. */
export async function evidenceOf(
  { composition }: Pick<Cli, 'composition'>,
  { workflowId, runId, tasks, feature }: RunView,
): Promise<Evidence> {
  const store = await composition.store();
  const { home } = composition.config();
  const reports = tasks.map(async ({ id, proof }) => [id, proof && (await reportIn(store, proof.report))] as const);
  const folder = reportFolder(home, { workflowId, runId });
  const files = [
    { name: 'report', path: join(folder, 'report.md') },
    { name: 'report as JSON', path: join(folder, 'report.json') },
    ...(feature?.exhibits ?? []).map(({ name }) => ({ name, path: safePath(join(folder, 'shown'), name) })),
    ...tasks.map(({ id }) => ({ name: `contract and reports of ${id}`, path: safePath(folder, id) })),
  ].map(async (file) => ((await isThere(file.path)) ? [file] : []));
  return {
    reports: new Map((await Promise.all(reports)).flatMap(([id, report]) => (report ? [[id, report] as const] : []))),
    files: (await Promise.all(files)).flat(),
  };
}

/** A test report of the store; undefined when it is not on this machine. */
export async function reportIn(store: ArtifactStore, blob: BlobRef): Promise<TestReport | undefined> {
  const text = await textIn(store, blob);
  return text === undefined ? undefined : TestReport.parse(JSON.parse(text));
}

/** A text of the store; undefined when it is not on this machine. */
export async function textIn(store: ArtifactStore, blob: BlobRef): Promise<string | undefined> {
  try {
    return Buffer.from(await store.get(blob)).toString('utf8');
  } catch (error) {
    if (failureType(error) === 'ArtifactMissing') return undefined;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
