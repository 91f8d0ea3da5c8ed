import { describe, expect, it } from 'vitest';
import { requestEvents, requestLines } from '../../client/cli/progress/requests.ts';
import type { ApprovalStep, Vote } from '../../schemas/approvals.ts';
import { approvalRequest } from '../support/approvals.ts';

const at = '2026-01-01T00:00:00.000Z';
const person = (name: string) => ({ name, github: name });
const steps: ApprovalStep[] = [
  { role: 'leads', members: [person('ada'), person('bob')], quorum: 2 },
  { role: 'owners', members: [person('dan')], quorum: 1, escalateTo: { role: 'boss', members: [person('eve')] } },
];
const vote: Vote = { step: 0, by: 'ada', account: 'slack:U0ADA', verdict: 'approve', at, comment: 'fine' };
const before = approvalRequest({ steps });

describe('a request at the command line', () => {
  it('says what would happen, who is asked, who agreed, and until when', () => {
    expect(requestLines(approvalRequest({ steps, votes: [vote], reminders: 2, onTimeout: 'escalate' }))).toEqual([
      'deploy/1  deploy acme/shop to staging',
      '  would: deploy to staging',
      '  asks step 1 of 2: 2 of leads (ada, bob); agreed: ada',
      '  step 1: ada agreed as slack:U0ADA at 2026-01-01T00:00:00.000Z: fine',
      '  until 2026-01-02T00:00:00.000Z, then escalate (reminders so far: 2)',
    ]);
  });

  it('carries nothing that a terminal would obey', () => {
    const hostile = '\u001b[2Jdone\r\u202e';
    const members = [person(hostile)];
    const request = approvalRequest({
      title: hostile,
      effects: [hostile],
      steps: [{ role: hostile, members, quorum: 1 }],
      votes: [{ ...vote, comment: hostile }],
    });
    for (const line of requestLines(request)) expect(line).not.toMatch(/\p{Cc}|\u202e/u);
  });

  it.each([
    ['a vote', approvalRequest({ steps, votes: [vote] }), ['deploy/1: ada agreed']],
    ['the next step', approvalRequest({ steps, step: 1, votes: [vote, { ...vote, by: 'bob' }] }), ['deploy/1: ada agreed', 'deploy/1: bob agreed', `deploy/1 now waits for step 2 of 2: owners (dan) until ${before.deadline}`]],
    ['others who are asked', approvalRequest({ steps, step: 1, escalated: true }), [`deploy/1 now waits for step 2 of 2: boss (eve) (escalated) until ${before.deadline}`]],
    ['nothing for a reminder', approvalRequest({ steps, reminders: 1 }), []],
  ])('tells those who watch: %s', (_what, after, expected) => {
    expect(requestEvents([before], [after], '9f3c2e1')).toEqual(expected);
  }); // prettier-ignore
});
