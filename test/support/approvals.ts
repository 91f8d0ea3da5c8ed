import type { ApprovalRequest } from '../../schemas/approvals.ts';

/** A question as a run asks it, with what the test does not care about filled in. */
export function approvalRequest(change: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    id: 'deploy/1',
    title: 'deploy acme/shop to staging',
    effects: ['deploy to staging'],
    commit: 'a'.repeat(40),
    digest: 'd'.repeat(64),
    effectsDigest: 'e'.repeat(64),
    askedAt: '2026-01-01T00:00:00.000Z',
    deadline: '2026-01-02T00:00:00.000Z',
    onTimeout: 'reject',
    steps: [],
    step: 0,
    escalated: false,
    reminders: 0,
    votes: [],
    ...change,
  };
}
