import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { condition, setHandler } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import { type ApprovalOutcome, type ApprovalRequest, Decision } from '../../schemas/approvals.ts';
import { failure } from '../../schemas/failures.ts';
import { approveSignal, decideUpdate, rejectSignal } from '../messages.ts';
import type { StateTracker } from './state.ts';

export type Question = {
  /** What waits, for example the stage's id; the request's id is made of it and of how often it was asked. */
  subject: string;
  title?: string;
  effects: string[];
  commit: string;
  /** Hash of the rules in force. */
  rules: string;
  within: string;
  onTimeout: 'approve' | 'reject';
};

export type ApprovalGate = {
  /** Waits for a person, at most `within`. Answers how it ended; never throws but for cancellation. */
  ask(question: Question): Promise<ApprovalOutcome>;
  /** Records an agreement given in advance, without waiting. */
  grant(question: Question, by: string): ApprovalOutcome;
};

/** Asks people and takes their decisions by update (validated) or by plain signal (when one request waits). */
export function approvalGate(state: StateTracker<string, unknown>): ApprovalGate {
  const waiting = new Map<string, { request: ApprovalRequest; decision?: Decision }>();
  const ended: ApprovalOutcome[] = [];
  const asked = new Map<string, number>();

  const accept = (decision: Decision) => {
    const entry = waiting.get(decision.request ?? soleId(waiting));
    if (entry) entry.decision = decision;
    return { granted: decision.verdict === 'approve' };
  };
  const bySignal = (verdict: Decision['verdict']) => (given?: { by?: string; request?: string; comment?: string }) => {
    const decision = { verdict, by: given?.by ?? 'signal', request: given?.request, comment: given?.comment };
    // A signal cannot be refused towards its sender; what is wrong with it stands in the record instead.
    const refusal = refusalOf(decision, waiting, ended);
    if (refusal === undefined) accept(decision);
    else state.error('approval', failure('DecisionRefused', `${decision.by}: ${refusal}`));
  };
  setHandler(decideUpdate, accept, {
    validator(decision: Decision) {
      const parsed = Decision.safeParse(decision);
      const issue = parsed.error?.issues[0];
      const refusal = issue ? `${issue.path.join('.')}: ${issue.message}` : refusalOf(decision, waiting, ended);
      if (refusal !== undefined) throw failure('DecisionRefused', refusal);
    },
  });
  setHandler(approveSignal, bySignal('approve'));
  setHandler(rejectSignal, bySignal('reject'));

  const requestFor = (question: Question): ApprovalRequest => {
    const count = (asked.get(question.subject) ?? 0) + 1;
    asked.set(question.subject, count);
    const { effects, commit, rules } = question;
    return {
      id: `${question.subject}/${count}`,
      title: question.title ?? question.subject,
      effects,
      commit,
      digest: digestOf({ effects, commit, rules }),
      effectsDigest: digestOf({ effects, rules }),
      askedAt: new Date().toISOString(),
      deadline: new Date(Date.now() + ms(question.within as StringValue)).toISOString(),
      onTimeout: question.onTimeout,
      steps: [],
      step: 0,
      escalated: false,
      reminders: 0,
      votes: [],
    };
  };
  const close = (outcome: ApprovalOutcome) => {
    ended.push(outcome);
    state.now.decisions = [...ended];
    return outcome;
  };

  return {
    async ask(question) {
      const entry: { request: ApprovalRequest; decision?: Decision } = { request: requestFor(question) };
      const { id } = entry.request;
      waiting.set(id, entry);
      state.awaiting([...waiting.values()].map(({ request }) => request));
      try {
        await condition(() => entry.decision !== undefined, ms(question.within as StringValue));
        const at = new Date().toISOString();
        const { decision, request } = entry;
        if (!decision) return close({ request, granted: question.onTimeout === 'approve', by: 'deadline', at, expired: true });
        return close({ request, granted: decision.verdict === 'approve', by: decision.by, at, comment: decision.comment, expired: false });
      } finally {
        waiting.delete(id);
        state.awaiting([...waiting.values()].map(({ request }) => request));
      }
    },
    grant(question, by) {
      return close({ request: requestFor(question), granted: true, by, at: new Date().toISOString(), expired: false });
    },
  };
}

type Waiting = ReadonlyMap<string, { request: ApprovalRequest; decision?: Decision }>;

function refusalOf(decision: Omit<Decision, 'verdict'>, waiting: Waiting, ended: readonly ApprovalOutcome[]): string | undefined {
  if (decision.request === undefined && waiting.size !== 1) {
    return waiting.size === 0 ? 'nothing waits for a decision' : `several requests wait; name one of ${[...waiting.keys()].join(', ')}`;
  }
  const id = decision.request ?? soleId(waiting);
  const entry = waiting.get(id);
  const past = ended.find(({ request }) => request.id === id);
  if (past) return `${id} was decided by ${past.by} at ${past.at}`;
  if (!entry) return `no request ${id} waits${waiting.size > 0 ? `; waiting: ${[...waiting.keys()].join(', ')}` : ''}`;
  if (entry.decision) return `${id} was decided by ${entry.decision.by}`;
  if (decision.digest !== undefined && decision.digest !== entry.request.digest) {
    return `${id} asks for something else by now (digest ${entry.request.digest}); look again with \`mainstay show\``;
  }
  return undefined;
}

function soleId(waiting: Waiting): string {
  return waiting.keys().next().value ?? '';
}

function digestOf(value: object): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(value))));
}
