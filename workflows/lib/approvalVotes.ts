import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import ms, { type StringValue } from 'ms';
import { type Identity, identify } from '../../schemas/accounts.ts';
import type { ApprovalOutcome, ApprovalRequest, Person, Vote } from '../../schemas/approvals.ts';
import { askedInWords, askedNow } from '../../schemas/askedNow.ts';

/** A request after something happened to it; `outcome` once that ended it. */
export type Progress = { request: ApprovalRequest; outcome?: ApprovalOutcome };

/** Those who made the change, as accounts, and the people by whom accounts are told apart. */
export type Concerned = { authors: readonly string[]; people: readonly Person[] };

/** Whose account it is, among the members of all steps and the project's people. */
export function voterOf(request: ApprovalRequest, by: string, { people }: Concerned): Identity {
  const members = request.steps.flatMap((step) => [...step.members, ...(step.escalateTo?.members ?? [])]);
  return identify(by, [...members, ...people]);
}

/** Why somebody may not vote on the step that is asked now; undefined when they may. */
export function refusalOfVoter(
  request: ApprovalRequest,
  voter: Identity & { outside?: boolean },
  concerned: Concerned,
): string | undefined {
  if (isAuthor(request, voter, concerned)) return `${voter.name} made the change, and nobody decides about their own`;
  const { members } = askedNow(request);
  // Anybody on the internet can comment on a public repository.
  if (members.length === 0 && voter.outside && !voter.person) {
    return `${voter.account} has no rights in the repository, so it decides only where it is named in project.yml`;
  }
  const mayDecide = members.length === 0 || members.some(({ name }) => name === voter.person?.name);
  if (!mayDecide) return `${voter.account} may not decide ${request.id}: it asks ${askedInWords(request)}`;
  const before = request.votes.find((vote) => vote.step === request.step && voterOf(request, vote.account, concerned).key === voter.key);
  return before && `${voter.name} has voted already (${before.verdict}) at ${before.at}`;
}

/** Whether the voter made the change, by this account or another one of theirs. */
export function isAuthor(request: ApprovalRequest, voter: Identity, concerned: Concerned): boolean {
  return concerned.authors.some((author) => voterOf(request, author, concerned).key === voter.key);
}

/** The request with one vote more: a rejection ends it, the last one that was missing brings the next step or the end. */
export function withVote(request: ApprovalRequest, vote: Vote): Progress {
  const voted = { ...request, votes: [...request.votes, vote] };
  const { by, at, comment } = vote;
  if (vote.verdict === 'reject') return { request: voted, outcome: { request: voted, granted: false, by, at, comment, expired: false } };
  return whenAgreed(voted, { by, at, comment });
}

/** The request after the time of the step that is asked now is over. */
export function whenTimeIsOver(request: ApprovalRequest, at: string): Progress {
  const step = request.steps[request.step];
  if (request.onTimeout === 'approve') return goOn(request, { by: 'deadline', at });
  if (request.onTimeout === 'escalate' && !request.escalated && step?.escalateTo) {
    const escalated = { ...request, escalated: true, reminders: 0, deadline: later(at, step.within), onTimeout: 'reject' as const };
    // Who is asked now may have agreed before.
    return whenAgreed(escalated, { by: askedNow(escalated).agreed.at(-1) ?? 'deadline', at });
  }
  return { request, outcome: { request, granted: false, by: 'deadline', at, expired: true } };
}

/** What a decision must name to mean this request at this step: another commit, other effects, or the next step make it stale. */
export function digestOf({ effectsDigest, commit, step }: Pick<ApprovalRequest, 'effectsDigest' | 'commit' | 'step'>): string {
  return sha256Of({ effectsDigest, commit, step });
}

/** SHA-256 of a JSON value, hex. */
export function sha256Of(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(value))));
}

/** A moment so much after another; both ISO 8601. */
export function later(at: string, span: string | undefined): string {
  return new Date(Date.parse(at) + ms((span ?? '0s') as StringValue)).toISOString();
}

type Ending = { by: string; at: string; comment?: string };

function whenAgreed(request: ApprovalRequest, ending: Ending): Progress {
  return askedNow(request).missing > 0 ? { request } : goOn(request, ending);
}

function goOn(request: ApprovalRequest, { by, at, comment }: Ending): Progress {
  const step = request.step + 1;
  const next = request.steps[step];
  if (!next) return { request, outcome: { request, granted: true, by, at, comment, expired: by === 'deadline' } };
  const moved = {
    ...request,
    step,
    escalated: false,
    reminders: 0,
    deadline: later(at, next.within),
    onTimeout: next.onTimeout ?? 'reject',
  };
  return { request: { ...moved, digest: digestOf(moved) } };
}
