import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Decision } from '../schemas/approvals.ts';
import type { RunState } from '../schemas/runState.ts';

/** Where a run stands, in the documented shape. */
export const stateQuery = defineQuery<RunState>('state');

/** A person's decision; refused with the reason when the request is unknown, stale, decided already or not theirs to decide. */
export const decideUpdate = defineUpdate<{ granted: boolean }, [Decision]>('decide');

/** The same from Temporal's own CLI and Web UI, which can only signal: decides the one request that waits. */
export const approveSignal = defineSignal<[{ by?: string; request?: string; comment?: string }?]>('approve');
export const rejectSignal = defineSignal<[{ by?: string; request?: string; comment?: string }?]>('reject');

/** Does a stage and all that need it again, on a live run. Answers the ids of the stages that start over. */
export const rerunFromUpdate = defineUpdate<{ stages: string[] }, [{ stage: string }]>('rerunFrom');

/** No new step starts until `resume`; what runs goes on. */
export const pauseUpdate = defineUpdate('pause');
export const resumeUpdate = defineUpdate('resume');
