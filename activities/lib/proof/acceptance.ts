import { z } from 'zod';
import type { AcceptanceTests } from '../../../schemas/debugFailure.ts';
import { failure } from '../../../schemas/failures.ts';
import { type Change, FileText } from '../../../schemas/mind.ts';
import type { BlobRef } from '../../../schemas/nouns.ts';
import type { Site } from '../../../schemas/solveTask.ts';
import type { Commits } from '../generated/commits.ts';
import type { ArtifactStore } from '../workbench.ts';

/** The acceptance tests of all tasks of a proof, with their texts. */
export type Acceptance = { open: FileText[]; hidden: FileText[]; commands: string[] };

export async function readAcceptance(store: ArtifactStore, tests: readonly AcceptanceTests[]): Promise<Acceptance> {
  const read = async (side: 'open' | 'hidden') => (await Promise.all(tests.map((one) => readFiles(store, one[side])))).flat();
  return { open: await read('open'), hidden: await read('hidden'), commands: [...new Set(tests.flatMap(({ commands }) => commands))] };
}

async function readFiles(store: ArtifactStore, ref: BlobRef): Promise<FileText[]> {
  const text = Buffer.from(await store.get(ref)).toString('utf8');
  const files = z.array(FileText).safeParse(parsed(text));
  if (files.success) return files.data;
  throw failure('InvalidInput', `the acceptance tests sha256:${ref.sha256} are no list of files: have the tester write them again`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the overlay is made by; its date is fixed, so that the same tests on the same commit are one commit. */
const words = {
  title: 'test: acceptance tests laid over',
  by: { agent: 'tester@1', mind: 'proof' },
  at: '2000-01-01T00:00:00.000Z',
};

/** The change with the tests' original texts laid over it, whatever stood there. It is never published. */
export function layOver(commits: Commits, site: Site, on: Change, files: readonly FileText[]): Promise<Change> {
  return commits.commit({ source: site.source, on, files, words: { ...words, task: `${site.run}/${site.taskId}` } });
}
