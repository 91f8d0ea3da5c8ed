import type { ApprovalRequest, Person } from './approvals.ts';

/** Whom a request asks now, who of them agreed, and how many agreements are missing. No members: anybody who did not make the change. */
export type Asked = { role: string; members: Person[]; quorum: number; agreed: string[]; missing: number };

/** The step of a request that is asked now. After an escalation those count to whom it went, as many of them as there are at most. */
export function askedNow({ steps, step, escalated, votes }: ApprovalRequest): Asked {
  const now = steps[step] ?? { role: 'anyone', members: [], quorum: 1 };
  const { role, members } = (escalated ? now.escalateTo : undefined) ?? now;
  const quorum = escalated && members.length > 0 ? Math.min(now.quorum, members.length) : now.quorum;
  const agreed = votes
    .filter((vote) => vote.step === step && vote.verdict === 'approve')
    .map(({ by }) => by)
    .filter((by) => members.length === 0 || members.some(({ name }) => name === by));
  return { role, members, quorum, agreed, missing: Math.max(0, quorum - agreed.length) };
}

/** `step 1 of 2: 2 of leads (ada, grace, kim); agreed: ada`, for people. */
export function askedInWords(request: ApprovalRequest): string {
  const { role, members, quorum, agreed } = askedNow(request);
  const place = request.steps.length > 1 ? `step ${request.step + 1} of ${request.steps.length}: ` : '';
  const who = members.length === 0 ? 'anybody who did not make the change' : namesOf(role, members);
  const count = members.length === 1 ? '' : `${quorum} of `;
  return [
    `${place}${members.length === 0 && quorum === 1 ? '' : count}${who}${request.escalated ? ' (escalated)' : ''}`,
    ...(agreed.length > 0 ? [`agreed: ${agreed.join(', ')}`] : []),
  ].join('; ');
}

function namesOf(role: string, members: readonly Person[]): string {
  const names = members.map(({ name }) => name).join(', ');
  return role === names ? names : `${role} (${names})`;
}
