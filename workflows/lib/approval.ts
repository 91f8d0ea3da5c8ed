import { setHandler } from '@temporalio/workflow';
import type { ApprovalOutcome, Decision } from '../../schemas/approvals.ts';
import { askedInWords } from '../../schemas/askedNow.ts';
import { failure } from '../../schemas/failures.ts';
import { approveSignal, type DecisionTaken, decideUpdate, rejectSignal } from '../messages.ts';
import { untilDecided } from './approvalClock.ts';
import { type TakenOver, takeOver } from './approvalEarlier.ts';
import { faultOf, requestMeant } from './approvalMeant.ts';
import { type Question, requestFor } from './approvalQuestion.ts';
import { type Progress, refusalOfVoter, voterOf, withVote } from './approvalVotes.ts';
import type { StateTracker } from './state.ts';

export type ApprovalGate = {
  /** Asks people and waits for the outcome; an agreement that holds from before, or was given in advance, is answered at once. Throws only when cancelled. */
  ask(question: Question): Promise<ApprovalOutcome>;
};

type Entry = Progress & { question: Question };

// A history must stay small however many try: the newest are kept.
const mostRefusals = 100;

/**
 * Asks people and takes their decisions by update or by plain signal. `authors` decide about nothing; `earlier` outcomes hold where
 * effects and rules are the same. Every decision that is not taken stands in the state with its reason.
 */
export function approvalGate(
  state: StateTracker<string, unknown>,
  { authors = [], earlier = [] }: { authors?: readonly string[]; earlier?: readonly ApprovalOutcome[] } = {},
): ApprovalGate {
  const waiting = new Map<string, Entry>();
  const asked = new Map<string, number>();

  const show = () => state.awaiting([...waiting.values()].map(({ request }) => request));
  const note = (by: string, request: string | undefined, reason: string) => {
    const refusal = { at: now(), by, request, reason };
    state.now.refusals = [...state.now.refusals, refusal].slice(-mostRefusals);
  };

  /** One person's vote; or why it does not count. */
  const cast = (entry: Entry, { verdict, by: account, comment, outside }: Decision): string | undefined => {
    const concerned = { authors, people: entry.question.people };
    const voter = voterOf(entry.request, account, concerned);
    const refusal = refusalOfVoter(entry.request, { ...voter, outside }, concerned);
    if (refusal !== undefined) return refusal;
    const vote = { step: entry.request.step, by: voter.name, account, verdict, at: now(), comment };
    Object.assign(entry, withVote(entry.request, vote));
    return undefined;
  };
  const take = (decision: Decision): DecisionTaken | { refusal: string } => {
    const entry = requestMeant(decision, waiting, state.now.decisions);
    const refusal = typeof entry === 'string' ? entry : cast(entry, decision);
    if (refusal !== undefined) note(decision.by, decision.request, refusal);
    show();
    if (typeof entry === 'string' || refusal !== undefined) return { refusal: refusal ?? '' };
    const { outcome, request } = entry;
    return outcome ? { granted: outcome.granted } : { granted: false, waitsFor: askedInWords(request) };
  };

  setHandler(
    decideUpdate,
    (decision) => {
      const taken = take(decision);
      // By the handler and not by the validator, so that the attempt stands in the history.
      if ('refusal' in taken) throw failure('DecisionRefused', taken.refusal);
      return taken;
    },
    {
      validator(decision: Decision) {
        const fault = faultOf(decision);
        if (fault !== undefined) throw failure('DecisionRefused', fault);
      },
    },
  );
  const bySignal = (verdict: Decision['verdict']) => (given?: { by?: string; request?: string; comment?: string }) => {
    // Nobody has verified a signal's sender, so it never speaks as an account of GitHub or Slack.
    const by = typeof given?.by === 'string' ? `signal:${given.by}` : 'signal';
    const decision = { verdict, by, request: given?.request, comment: given?.comment };
    const fault = faultOf(decision);
    // A signal cannot be refused towards its sender; the reason stands in the state.
    if (fault === undefined) take(decision);
    else note(by.slice(0, 200), undefined, fault);
  };
  setHandler(approveSignal, bySignal('approve'));
  setHandler(rejectSignal, bySignal('reject'));

  const opened = (question: Question): Entry => {
    const before = asked.get(question.subject) ?? 0;
    asked.set(question.subject, before + 1);
    const request = requestFor(question, before, now());
    const fresh = before > 0 || question.once;
    const taken: TakenOver = fresh ? { request } : takeOver(request, earlier, { authors, people: question.people });
    if (taken.note) note(taken.note.by, request.id, taken.note.reason);
    const entry: Entry = { request: taken.request, outcome: taken.outcome, question };
    if (question.agreedBy !== undefined) agreeInAdvance(entry, question.agreedBy);
    return entry;
  };
  /** Votes once for each step that asks this person. */
  const agreeInAdvance = (entry: Entry, by: string) => {
    for (let votes = 0; !entry.outcome; votes++) {
      const refusal = cast(entry, { verdict: 'approve', by });
      if (refusal === undefined) continue;
      if (votes === 0) note(by, entry.request.id, refusal);
      return;
    }
  };
  const waited = async (entry: Entry) => {
    waiting.set(entry.request.id, entry);
    show();
    try {
      await untilDecided(entry, (progress) => {
        Object.assign(entry, progress);
        show();
      });
    } finally {
      waiting.delete(entry.request.id);
      if (entry.outcome) state.now.decisions = [...state.now.decisions, entry.outcome];
      show();
    }
  };

  return {
    async ask(question) {
      const entry = opened(question);
      if (entry.outcome) state.now.decisions = [...state.now.decisions, entry.outcome];
      else await waited(entry);
      return entry.outcome as ApprovalOutcome;
    },
  };
}

function now(): string {
  return new Date().toISOString();
}
