import { failureMessage, failureType } from '../../schemas/failures.ts';
import type { Change } from '../../schemas/mind.ts';
import type { Commits } from '../lib/generated/commits.ts';

/** The commit, or why git's rules or ours allow none with these files, in words for the model. */
export async function committed(
  commits: Commits,
  order: Parameters<Commits['commit']>[0],
  signal: AbortSignal,
): Promise<{ change: Change } | { refused: string }> {
  try {
    return { change: await commits.commit(order, signal) };
  } catch (error) {
    const type = failureType(error);
    if (type !== 'PathOutsideRepository' && type !== 'ChangeRefused') throw error;
    return { refused: failureMessage(error) };
  }
}
