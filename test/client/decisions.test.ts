import { describe, expect, it } from 'vitest';
import { decisionLines } from '../../client/cli/progress/decisions.ts';
import { requestEvents, requestLines } from '../../client/cli/progress/requests.ts';
import type { ApprovalOutcome, ApprovalStep, Refusal, Vote } from '../../schemas/approvals.ts';
import { approvalRequest } from '../support/approvals.ts';
import { runView } from '../support/runViews.ts';

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
    expect(requestEvents([before], runView([], { requests: [after] }))).toEqual(expected);
  }); // prettier-ignore
});

describe('the decisions of a run', () => {
  const outcome = (change: Partial<ApprovalOutcome> = {}): ApprovalOutcome => ({
    request: approvalRequest(),
    granted: true,
    by: 'ada',
    at,
    expired: false,
    ...change,
  });
  const refusal = (change: Partial<Refusal> = {}): Refusal => ({
    at,
    by: 'github:eve',
    request: 'deploy/1',
    reason: 'eve made the change',
    ...change,
  });

  it.each<[string, ApprovalOutcome[], Refusal[], string[]]>([
    ['one with its comment', [outcome({ comment: 'fine' })], [], ['deploy/1 approved by ada: fine']],
    ['one of the deadline', [outcome({ granted: false, expired: true, by: 'deadline' })], [], ['deploy/1 rejected by the deadline']],
    ['one for an earlier commit', [outcome({ carriedFrom: 'c'.repeat(40) })], [], ['deploy/1 approved by ada for commit ccccccc, which would do the same']],
    ['one that was not taken', [], [refusal()], ['not taken from github:eve about deploy/1: eve made the change']],
    ['one that named no request', [], [refusal({ request: undefined })], ['not taken from github:eve: eve made the change']],
  ])('are told in a line each: %s', (_what, decisions, refusals, lines) => {
    expect(decisionLines({ decisions, refusals })).toEqual(lines);
  }); // prettier-ignore

  it('are told in short: of a flood of refused ones the newest, and how many came before', () => {
    const refusals = Array.from({ length: 100 }, (_, i) => refusal({ by: `github:eve-${i}` }));
    const lines = decisionLines({ decisions: [], refusals });
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe('not taken: 95 earlier decisions (--json lists them)');
    expect(lines[5]).toContain('github:eve-99');
  });

  it('carry nothing that a terminal would obey', () => {
    const hostile = '\u001b[2Jdone\r\n\u202e';
    const refused = refusal({ by: hostile, request: hostile, reason: hostile.repeat(1000) });
    const lines = decisionLines({ decisions: [outcome({ by: hostile, comment: hostile, carriedFrom: hostile })], refusals: [refused] });
    for (const line of lines) expect(line).not.toMatch(/\p{Cc}|\u202e/u);
    expect(lines[1]?.length).toBeLessThan(400);
  });
});
