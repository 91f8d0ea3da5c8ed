import { failure } from '../../schemas/failures.ts';
import type { FeatureGround } from '../../schemas/buildFeature.ts';
import type { Change } from '../../schemas/mind.ts';
import type { GroundAgent } from '../developContracts.ts';
import { readRulesAt } from '../lib/projectRules.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import type { SourceReader } from '../lib/source.ts';
import { projectFolder } from './projectFolder.ts';

/** Opens what the develop flow works on: a repository at a commit with its rules, or a new one. */
export function createGroundAgent({ home, sources }: { home: string; sources: SourceReader }) {
  return {
    openGround: ({ repository, request, ref, commit, trusted, key }) =>
      whileHeartbeating(async (signal): Promise<FeatureGround> => {
        const created = repository === undefined;
        const at = created
          ? { repository: await projectFolder(home, { request, key }, signal), ref: 'main', trusted }
          : { repository, ref, commit, trusted };
        const source = await sources.resolve(at, signal);
        const rules = await readRulesAt(sources, source, signal);
        const notices = [
          ...(created ? [`a new repository was made: ${source.repository}`] : []),
          ...(source.dirty ? ['the working tree has uncommitted changes; the run uses the commit alone'] : []),
        ];
        return { source, rules, created, notices };
      }),

    adoptRef: ({ site: { source }, ref }) =>
      whileHeartbeating(async (signal): Promise<Change> => {
        const { repository, commit: start } = source;
        const found = await sources.resolve({ repository, ref, trusted: false }, signal);
        const related = await sources.read(
          { repository, commit: found.commit, base: start },
          async (git) => (await git.attempt(['merge-base', start, found.commit])).exitCode === 0,
          signal,
        );
        if (related) return { commit: found.commit, tree: found.tree };
        throw failure(
          'ChangeRefused',
          `${ref} has no history in common with ${start.slice(0, 12)}, which the run started from: name a branch that was made from it`,
        );
      }),
  } satisfies GroundAgent;
}
