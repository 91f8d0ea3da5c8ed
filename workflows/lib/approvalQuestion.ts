import type { ApprovalRequest, ApprovalStep, Person } from '../../schemas/approvals.ts';
import { digestOf, later, sha256Of } from './approvalVotes.ts';

export type Question = {
  /** What waits, for example the stage's id; the request's id is made of it and of how often it was asked. */
  subject: string;
  title: string;
  /** Content, not commit ids: an agreement holds for another commit that would do the same. */
  effects: string[];
  commit: string;
  /** Hash of the rules in force. */
  rules: string;
  /** For steps that do not say it themselves. */
  within: string;
  onTimeout: 'approve' | 'reject';
  /** Who is asked, one step after the other; none: anybody who did not make the change. */
  steps?: ApprovalStep[];
  /** The people of the project, by whom one person's accounts are known. */
  people: Person[];
  /** Who agreed before it was asked. Counts as far as they may decide. */
  agreedBy?: string;
  /** True: an agreement holds for this one time, and none is taken over. */
  once?: boolean;
};

/** A request at its first step, with every step's time and outcome on timeout filled in. `askedBefore`: how often the subject was. */
export function requestFor(question: Question, askedBefore: number, at: string): ApprovalRequest {
  const { subject, title, effects, commit, rules, within, onTimeout } = question;
  const asked: ApprovalStep[] = question.steps?.length ? question.steps : [{ role: 'anyone', members: [], quorum: 1 }];
  const steps = asked.map((step) => ({ ...step, within: step.within ?? within, onTimeout: step.onTimeout ?? onTimeout }));
  const effectsDigest = sha256Of({ effects, rules });
  return {
    id: `${subject}/${askedBefore + 1}`,
    title,
    effects,
    commit,
    digest: digestOf({ effectsDigest, commit, step: 0 }),
    effectsDigest,
    askedAt: at,
    deadline: later(at, steps[0]?.within),
    onTimeout: steps[0]?.onTimeout ?? onTimeout,
    steps,
    step: 0,
    escalated: false,
    reminders: 0,
    votes: [],
  };
}
