import { workflowInfo } from '@temporalio/workflow';

// Long before Temporal suggests it: a worker that does not know the run reads all of it again while everybody waits.
const longestHistory = 1_500;

/** True when an entity should hand over to a fresh history as soon as nothing is under way. */
export function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > longestHistory;
}
