import { z } from 'zod';
import type { Credentials } from '../../repository/credentials.ts';
import { parseRepository } from '../../repository/location.ts';
import { failure, failureMessage, failureType } from '../../schemas/failures.ts';
import { FileText } from '../../schemas/mind.ts';
import type { BlobRef } from '../../schemas/nouns.ts';
import type { Site } from '../../schemas/solveTask.ts';
import type { Publisher } from '../developContracts.ts';
import type { GitHub } from '../lib/github/client.ts';
import { type Commits, sourceAt } from '../lib/generated/commits.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import type { SourceReader } from '../lib/source.ts';
import type { ArtifactStore } from '../lib/workbench.ts';
import { publishedRefs } from './branchName.ts';
import { createFeaturePull } from './featurePull.ts';
import { writeNote } from './note.ts';
import { createPublishing } from './publishing.ts';
import { openRemote } from './remote.ts';

type Parts = { commits: Commits; sources: SourceReader; store: ArtifactStore; github?: GitHub; credentials?: Credentials };

const self = { agent: 'publisher@1', mind: 'git' };

/** Joins what tasks made and shows it in the repository. Without `github`, opening a pull request fails with `NotConfigured`. */
export function createPublisher({ commits, sources, store, github, credentials }: Parts) {
  return {
    mergeChange: ({ site, into, change, title, at }) =>
      whileHeartbeating((signal) =>
        commits.merge({ source: site.source, into, change, words: { title, by: self, task: taskOf(site), at } }, signal),
      ),

    commitFiles: ({ site, on, files, title, by, at }) =>
      whileHeartbeating(async (signal) => {
        const texts = (await Promise.all(files.map((blob) => filesIn(store, blob)))).flat();
        return await commits.commit({ source: site.source, on, files: texts, words: { title, by, task: taskOf(site), at } }, signal);
      }),

    publishBranch: ({ site, branch, change, note, key }) =>
      whileHeartbeating(async (signal) => {
        const refs = await publishedRefs(site, branch, signal);
        const location = parseRepository(site.source.repository);
        const publish = sources.read(
          sourceAt(site.source, change),
          async (git) => {
            const order = { key, branch, refs, commit: change.commit, note: await writeNote(git, change.commit, note) };
            return await createPublishing(openRemote(git, { location, credentials, signal })).perform(order);
          },
          signal,
        );
        const { pushed, reason } = await publish.catch((error: unknown) => {
          // Gone, moved, or closed to these credentials: the work is in the store all the same.
          if (!goneTypes.includes(failureType(error) ?? '')) throw error;
          return { pushed: false, reason: failureMessage(error) };
        });
        return { branch, pushed, ...(reason === undefined ? {} : { reason }) };
      }),

    openFeaturePull: ({ site, place, branch, title, body, key }) =>
      whileHeartbeating(async (signal) => {
        if (github === undefined) {
          throw failure(
            'NotConfigured',
            'a pull request needs GitHub: set MAINSTAY_GITHUB_APP_ID and its key, or MAINSTAY_GITHUB_TOKEN, and run it again',
          );
        }
        await publishedRefs(site, branch, signal);
        const order = { place, branch, into: site.source.branch, title, body, key };
        const { number, url } = await createFeaturePull(github).perform(order);
        return { number, url };
      }),
  } satisfies Publisher;
}

const goneTypes: readonly string[] = ['RepositoryNotFound', 'NotARepository'];

function taskOf({ run, taskId }: Site): string {
  return `${run}/${taskId}`;
}

const FileTexts = z.preprocess(jsonOf, z.array(FileText));

async function filesIn(store: ArtifactStore, blob: BlobRef): Promise<FileText[]> {
  const files = FileTexts.safeParse(Buffer.from(await store.get(blob)).toString('utf8'));
  if (files.success) return files.data;
  throw failure('InvalidInput', `the artifact sha256:${blob.sha256} is no list of files with path and text; make it with FileText[]`);
}

function jsonOf(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}
