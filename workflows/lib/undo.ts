import { CancellationScope, log } from '@temporalio/workflow';
import { failure, failureMessage, failureType } from '../../schemas/failures.ts';

type Undo = (action: () => Promise<unknown>) => void;

/**
 * Runs `work`; when it fails or is cancelled, what it registered is undone, last first, and cannot be cancelled. Register before
 * acting: the act may have happened even if its result never came back. `RollbackFailed` when undoing fails too.
 */
export async function undoOnFailure<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const actions: (() => Promise<unknown>)[] = [];
  try {
    return await work((action) => actions.push(action));
  } catch (error) {
    await CancellationScope.nonCancellable(async () => {
      for (const action of actions.reverse()) {
        try {
          await action();
        } catch (undoError) {
          // Whoever took the lock over has put something newer there: what would be undone is gone.
          if (failureType(undoError) === 'LockLost') continue;
          log.error('undo failed', { error: undoError });
          throw failure(
            'RollbackFailed',
            `${failureMessage(error)}; and undoing it failed: ${failureMessage(undoError)}`,
            undefined,
            undoError,
          );
        }
      }
    });
    throw error;
  }
}
