import { failure } from '../../schemas/failures.ts';
import { defineEffect, type Effect } from '../lib/effects.ts';
import type { PublishedRefs } from './branchName.ts';
import type { Remote } from './remote.ts';

export type Publishing = { key: string; branch: string; refs: PublishedRefs; commit: string; note: string };
type Receipt = { branch: string; pushed: boolean; reason?: string };

/**
 * A branch that shows a commit, with its note, in one push. A run that was started again replaces its own branch; a branch that moves while it
 * is pushed is looked at anew.
 */
export function createPublishing(remote: Remote): Effect<Publishing, Receipt> {
  const probe = async ({ branch, refs, commit, note }: Publishing): Promise<Receipt | undefined> => {
    const tips = await remote.tips([refs.branch, refs.note]);
    return tips.get(refs.branch) === commit && tips.get(refs.note) === note ? { branch, pushed: true } : undefined;
  };

  return defineEffect<Publishing, Receipt>({
    name: 'push generated branch',
    key: ({ key }) => key,
    probe,

    async apply(order) {
      const { branch, refs, commit, note } = order;
      const tips = await remote.tips([refs.branch, refs.note]);
      const answer = await remote.push([
        { ref: refs.branch, from: tips.get(refs.branch), to: commit },
        { ref: refs.note, from: tips.get(refs.note), to: note },
      ]);
      if (answer.kind === 'refused') return { branch, pushed: false, reason: answer.reason };
      // Another attempt, thought dead, may have been quicker.
      const found = answer.kind === 'done' ? { branch, pushed: true } : await probe(order);
      if (found !== undefined) return found;
      throw failure('SourceUnreachable', `the branch ${branch} moved while it was pushed; it is tried again`);
    },

    async compensate({ refs, commit, note }) {
      const tips = await remote.tips([refs.branch, refs.note]);
      const own = [
        { ref: refs.branch, from: commit, to: undefined },
        { ref: refs.note, from: note, to: undefined },
      ].filter(({ ref, from }) => tips.get(ref) === from);
      if (own.length > 0) await remote.push(own);
    },
  });
}
