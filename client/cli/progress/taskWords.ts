import prettyMs from 'pretty-ms';
import type { TaskPhase } from '../../../schemas/buildFeature.ts';
import type { DebugAttempt } from '../../../schemas/debugFailure.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { StageStatus } from '../../../schemas/runPipeline.ts';
import { taskHasEnded, type TaskView } from '../../view.ts';
import { brokenBefore } from './words.ts';

/** What each phase of a task is called, and whose sign it has. */
const phases: Readonly<Record<TaskPhase, { words: string; like: StageStatus; agent?: string }>> = {
  pending: { words: '', like: 'pending' },
  designing: { words: 'designing the contract', like: 'running', agent: 'architect' },
  writingTests: { words: 'writing acceptance tests', like: 'running', agent: 'tester' },
  coding: { words: 'coding', like: 'running', agent: 'coder' },
  testing: { words: 'proving', like: 'running', agent: 'tester' },
  debugging: { words: 'debugging', like: 'running', agent: 'debugger' },
  escalated: { words: 'needs an instruction', like: 'awaitingApproval' },
  awaitingApproval: { words: 'waits for a person', like: 'awaitingApproval' },
  outOfBudget: { words: 'waits for more budget', like: 'awaitingApproval' },
  merging: { words: 'merging', like: 'running', agent: 'publisher' },
  accepted: { words: 'accepted', like: 'passed' },
  failed: { words: 'failed', like: 'failed' },
  skipped: { words: 'skipped', like: 'skipped' },
  cancelled: { words: 'cancelled', like: 'cancelled' },
};

/** A task as the signs of stages show it. */
export function taskSign(
  { phase, queued, parkedUntil }: TaskView,
  now: number,
): { status: StageStatus; allowFailure: false; queued: boolean } {
  return { status: phases[phase].like, allowFailure: false, queued: queued === true || isParked(parkedUntil, now) };
}

/** What a phase is called, for people. */
export function phaseWords(phase: TaskPhase): string {
  return phases[phase].words;
}

/** What there is to say about a task, one line: its proof, its reason, or what its agents do now. */
export function taskStory(task: TaskView, now: number): string {
  const parts = taskHasEnded(task) ? endingWords(task) : presentWords(task, now);
  return plainLine(parts.filter((part) => part !== undefined && part !== '').join(' · '));
}

function endingWords({ phase, proof, reason, debug }: TaskView): (string | undefined)[] {
  const attempts = debug.reduce((sum, branch) => sum + branch.attempts.length, 0);
  return [
    phase === 'accepted' ? proof?.verdict : (reason ?? proof?.verdict),
    attempts > 0 ? `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} at debugging` : undefined,
  ];
}

function presentWords(task: TaskView, now: number): (string | undefined)[] {
  const { phase, needs, reason, headline, doing, queued, parkedUntil } = task;
  if (phase === 'pending') return [needs.length > 1 ? `after ${needs.join(', ')}` : undefined];
  const { words, agent } = phases[phase];
  if (isParked(parkedUntil, now)) return [words, parkedWords(parkedUntil, now)];
  if (agent === undefined) return [words, reason];
  const loop = phase === 'coding' || phase === 'debugging' ? headline : undefined;
  return [words, queued ? `waits for a worker that serves ${agent}` : (loop ?? doing), brokenBefore(task)];
}

/** `parked by a rate limit for 12m, until 10:20:00 UTC`. */
export function parkedWords(until: string, now: number): string {
  const left = prettyMs(Math.max(0, Date.parse(until) - now), { secondsDecimalDigits: 0, millisecondsDecimalDigits: 0 });
  return `parked by a rate limit for ${left}, until ${until.slice(11, 19)} UTC`;
}

export function isParked(until: string | undefined, now: number): until is string {
  return until !== undefined && Date.parse(until) > now;
}

/** The debug branches of a task, a line each: `t2_branch_01 · attempt 2 of 3 · implementation_bug → coder`. */
export function branchLines({ debug }: Pick<TaskView, 'debug'>): string[] {
  return debug.map(({ todo, attempts }) => {
    const last = attempts.at(-1);
    return plainLine(`${todo.id} · ${last ? attemptWords(last, todo.max_debug_attempts) : todo.branch_reason}`);
  });
}

/** `attempt 2 of 3 · implementation_bug → coder`. */
export function attemptWords({ number, class: kind, route }: DebugAttempt, most: number): string {
  return `attempt ${number} of ${most} · ${kind} → ${route}`;
}
