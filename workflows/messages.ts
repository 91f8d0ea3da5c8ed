import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Decision } from '../schemas/approvals.ts';
import type { SubmittedResult } from '../schemas/buildFeature.ts';
import type { Budget, BudgetGrant } from '../schemas/mind.ts';
import type { LockAnswer, LockAskInput, LockBreak, LockView } from '../schemas/locks.ts';
import type { CommandGiven, OutsideFailure, PullRequestChanged, RunProgress } from '../schemas/pullRequest.ts';
import type { RunState } from '../schemas/runState.ts';

/** Where a run stands, in the documented shape. */
export const stateQuery = defineQuery<RunState>('state');

/** `granted`: whether the whole request is by now. `waitsFor` says who is asked still, where the decision did not end it. */
export type DecisionTaken = { granted: boolean; waitsFor?: string };

/** A person's decision; refused with the reason when the request is unknown, stale, decided already or not theirs to decide. */
export const decideUpdate = defineUpdate<DecisionTaken, [Decision]>('decide');

/** The same from Temporal's own CLI and Web UI, which can only signal: decides the one request that waits. */
export const approveSignal = defineSignal<[{ by?: string; request?: string; comment?: string }?]>('approve');
export const rejectSignal = defineSignal<[{ by?: string; request?: string; comment?: string }?]>('reject');

/** Does a stage and all that need it again, on a live run. Answers the ids of the stages that start over. */
export const rerunFromUpdate = defineUpdate<{ stages: string[] }, [{ stage: string }]>('rerunFrom');

/** No new step starts until `resume`; what runs goes on. */
export const pauseUpdate = defineUpdate('pause');
export const resumeUpdate = defineUpdate('resume');

/** What a pull request's entity is told, each with the delivery that it came by. */
export const pullRequestChangedSignal = defineSignal<[PullRequestChanged]>('pullRequestChanged');
export const commandGivenSignal = defineSignal<[CommandGiven]>('commandGiven');
export const outsideFailureSignal = defineSignal<[OutsideFailure]>('outsideFailure');
/** From a commit's run to its pull request's entity. */
export const runProgressedSignal = defineSignal<[RunProgress]>('runProgressed');

/** Asks for a resource; answered at once: granted with a token, queued, or refused. A grant that comes later is `lockGranted` to the asking run. */
export const acquireLockUpdate = defineUpdate<LockAnswer, [LockAskInput]>('acquireLock');
/** Gives back, or withdraws from the queue; the same id again does nothing. By signal from a run, by update from anybody else. */
export const releaseLockSignal = defineSignal<[{ id: string }]>('releaseLock');
export const releaseLockUpdate = defineUpdate<{ released: boolean }, [{ id: string }]>('releaseLockNow');
/** Moves the end of a lease; `LockLost` when the lock is no longer held. */
export const renewLockUpdate = defineUpdate<{ leaseEndsAt: string }, [{ id: string }]>('renewLock');
/** Takes the lock from its holder (or, without `id`, from all holders) and tells them. */
export const breakLockUpdate = defineUpdate<{ broken: string[] }, [LockBreak]>('breakLock');
export const lockQuery = defineQuery<LockView>('lock');
/** To the run that asked. */
export const lockGrantedSignal = defineSignal<[{ resource: string; id: string; token: number }]>('lockGranted');
export const lockLostSignal = defineSignal<[{ resource: string; id: string; reason: string }]>('lockLost');

/** Adds to a build's budget; answers what it is now. Work that a limit had stopped goes on. */
export const grantBudgetUpdate = defineUpdate<Budget, [BudgetGrant]>('grantBudget');
/** A task's result from outside, in place of the coder's; it is proved like any other. Refused when the task has ended or is unknown. */
export const submitTaskResultUpdate = defineUpdate<{ task_id: string; taken: true }, [SubmittedResult]>('submitTaskResult');
/** Lets the planner write one task anew; what was made for it is given up. */
export const replanTaskUpdate = defineUpdate<{ task_id: string }, [{ task_id: string; instruction: string; by: string }]>('replanTask');
/** From a debug branch or a loop to its build: where it stands. */
export const workProgressedSignal = defineSignal<[WorkProgress]>('workProgressed');
/** From a run to its children: no new step until it is taken back. */
export const workPausedSignal = defineSignal<[{ paused: boolean }]>('workPaused');
export type WorkProgress = { taskId: string; headline: string; parkedUntil?: string };
