import { access } from 'node:fs/promises';
import { storedPath } from '../../activities/lib/store.ts';
import type { ArtifactStore } from '../../activities/lib/workbench.ts';
import { failureType } from '../../schemas/failures.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import { TestReport } from '../../schemas/testReport.ts';
import type { RunView } from '../view.ts';
import type { Cli } from './context.ts';

/** What a summary says beyond the run's record: test reports by task, and files of this machine by what they are. */
export type Evidence = { reports: ReadonlyMap<string, TestReport>; files: { name: string; path: string }[] };

/** Reads what this machine's store has of a build; what only the store of other workers has is left out. */
export async function evidenceOf({ composition }: Pick<Cli, 'composition'>, { tasks, feature }: RunView): Promise<Evidence> {
  const store = await composition.store();
  const { home } = composition.config();
  const reports = tasks.map(async ({ id, proof }) => [id, proof && (await reportIn(store, proof.report))] as const);
  const files = [
    { name: 'report', blob: feature?.report?.markdown },
    { name: 'report as JSON', blob: feature?.report?.json },
    ...(feature?.exhibits ?? []),
  ].map(async ({ name, blob }) => ({ name, path: blob && (await pathOf(home, blob)) }));
  return {
    reports: new Map((await Promise.all(reports)).flatMap(([id, report]) => (report ? [[id, report] as const] : []))),
    files: (await Promise.all(files)).flatMap(({ name, path }) => (path === undefined ? [] : [{ name, path }])),
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

async function pathOf(home: string, blob: BlobRef): Promise<string | undefined> {
  const path = storedPath(home, blob);
  return await access(path).then(
    () => path,
    () => undefined,
  );
}
