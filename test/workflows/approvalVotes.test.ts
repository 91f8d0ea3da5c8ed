import { array, assert, boolean, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ApprovalOutcome, ApprovalStep, Person } from '../../schemas/approvals.ts';
import { askedInWords, askedNow } from '../../schemas/askedNow.ts';
import { takeOver } from '../../workflows/lib/approvalEarlier.ts';
import { type Question, requestFor } from '../../workflows/lib/approvalQuestion.ts';
import { type Concerned, type Progress, refusalOfVoter, voterOf, whenTimeIsOver, withVote } from '../../workflows/lib/approvalVotes.ts';

const at = '2026-01-01T00:00:00.000Z';
const persons: Person[] = ['ada', 'bob', 'cyd', 'dan'].map((name) => ({ name, github: `${name}-gh`, slack: `U${name}` }));
const [ada, bob, cyd] = persons as [Person, Person, Person, Person];
const step = (members: Person[], quorum = 1, change: Partial<ApprovalStep> = {}): ApprovalStep => ({
  role: 'r',
  members,
  quorum,
  ...change,
});

function asked(steps: ApprovalStep[], change: Partial<Question> = {}) {
  const question: Question = {
    subject: 'deploy', title: 't', effects: ['e'], commit: 'c1', rules: 'r', within: '1h', onTimeout: 'reject', steps, people: persons, ...change,
  }; // prettier-ignore
  return requestFor(question, 0, at);
}

function vote(progress: Progress, account: string, verdict: 'approve' | 'reject', concerned: Concerned): Progress & { refusal?: string } {
  const voter = voterOf(progress.request, account, concerned);
  const refusal = refusalOfVoter(progress.request, voter, concerned);
  if (refusal !== undefined) return { ...progress, refusal };
  return withVote(progress.request, { step: progress.request.step, by: voter.name, account, verdict, at });
}

const accounts = persons.flatMap(({ name }) => [name, `cli:${name}`, `github:${name}-GH`, `slack:U${name}`, `http:${name}-gh`]);
const chains = array(
  record({ mask: integer({ min: 0, max: 15 }), quorum: integer({ min: 1, max: 4 }) }).map(({ mask, quorum }) => {
    const members = persons.filter((_, i) => mask & (1 << i));
    return step(members, members.length === 0 ? quorum : Math.min(quorum, members.length));
  }),
  { minLength: 1, maxLength: 3 },
);
const ballots = array(record({ account: constantFrom(...accounts, 'signal', 'github:eve', 'slack:UEVE'), yes: boolean() }), {
  maxLength: 40,
});

describe('votes', () => {
  test('grant a chain only when each step has as many different members as it asks for, none of them an author', () => {
    assert(
      property(chains, ballots, array(constantFrom('github:ada-gh', 'github:bob-gh', 'github:eve'), { maxLength: 2 }), (steps, cast, authors) => {
        const concerned = { authors, people: persons };
        let progress: Progress = { request: asked(steps) };
        for (const { account, yes } of cast) if (!progress.outcome) progress = vote(progress, account, yes ? 'approve' : 'reject', concerned);
        const { votes } = progress.request;
        const own = new Set(authors.map((author) => voterOf(progress.request, author, concerned).name));
        for (const { by } of votes) expect(own.has(by)).toBe(false);
        expect(progress.outcome?.granted ?? true).toBe(votes.every(({ verdict }) => verdict === 'approve'));
        steps.forEach(({ members, quorum }, i) => {
          const names = votes.filter((one) => one.step === i && one.verdict === 'approve').map(({ by }) => by);
          expect(new Set(names).size).toBe(names.length);
          expect(names.length).toBeLessThanOrEqual(quorum);
          if (members.length > 0) expect(members.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
          if (progress.outcome?.granted) expect(names).toHaveLength(quorum);
        });
      }),
      { numRuns: 1000 },
    );
  }); // prettier-ignore

  test('of a later step name another digest, so that a second click on the first one is stale', () => {
    const before = asked([step([ada]), step([ada])]);
    const { request } = vote({ request: before }, 'ada', 'approve', { authors: [], people: [] });
    expect(request.step).toBe(1);
    expect(request.digest).not.toBe(before.digest);
    expect(request.effectsDigest).toBe(before.effectsDigest);
  });

  test('of those without rights in the repository count only where they are named', () => {
    const concerned = { authors: [], people: persons };
    const refusal = (steps: ApprovalStep[], account: string) =>
      refusalOfVoter(asked(steps), { ...voterOf(asked(steps), account, concerned), outside: true }, concerned);
    expect(refusal([], 'github:mallory')).toContain('github:mallory has no rights in the repository');
    expect(refusal([], 'github:ada-gh')).toBeUndefined();
    expect(refusal([step([ada])], 'github:ada-gh')).toBeUndefined();
    expect(refusal([step([ada])], 'github:mallory')).toContain('may not decide');
  });

  test('are asked for in words', () => {
    expect(askedInWords(asked([step([ada]), step([bob])]))).toBe('step 1 of 2: r (ada)');
    expect(askedInWords(asked([step([ada, bob, cyd], 2)]))).toBe('2 of r (ada, bob, cyd)');
    expect(askedInWords(asked([]))).toBe('anybody who did not make the change');
    expect(askedInWords(vote({ request: asked([step([], 2)]) }, 'eve', 'approve', { authors: [], people: [] }).request)).toBe(
      '2 of anybody who did not make the change; agreed: eve',
    );
  });
});

describe('time that is over', () => {
  test.each([
    ['reject', false],
    ['approve', true],
  ] as const)('means %s as the step says', (onTimeout, granted) => {
    expect(whenTimeIsOver(asked([step([ada], 1, { onTimeout })]), at).outcome).toMatchObject({ granted, by: 'deadline', expired: true });
  });

  test('on a step that it grants brings the next one, with its own time', () => {
    const { request, outcome } = whenTimeIsOver(asked([step([ada], 1, { onTimeout: 'approve' }), step([bob], 1, { within: '2h' })]), at);
    expect(outcome).toBeUndefined();
    expect(request).toMatchObject({ step: 1, reminders: 0, deadline: '2026-01-01T02:00:00.000Z', onTimeout: 'reject' });
  });

  test('asks those to whom a step escalates once, and then rejects', () => {
    const escalateTo = { role: 'boss', members: [cyd] };
    const before = { ...asked([step([ada, bob], 2, { onTimeout: 'escalate', within: '1h', escalateTo })]), reminders: 3 };
    const { request } = whenTimeIsOver(before, '2026-01-01T01:00:00.000Z');
    expect(request).toMatchObject({ escalated: true, reminders: 0, deadline: '2026-01-01T02:00:00.000Z', onTimeout: 'reject' });
    expect(askedNow(request)).toMatchObject({ role: 'boss', quorum: 1, missing: 1 });
    expect(vote({ request }, 'ada', 'approve', { authors: [], people: [] }).refusal).toContain('boss (cyd) (escalated)');
    expect(vote({ request }, 'cyd', 'approve', { authors: [], people: [] }).outcome).toMatchObject({ granted: true, by: 'cyd' });
    expect(whenTimeIsOver(request, at).outcome).toMatchObject({ granted: false, expired: true });
  });

  test('counts an agreement that those to whom it escalates gave before', () => {
    const escalateTo = { role: 'boss', members: [ada] };
    const before = asked([step([ada, bob], 2, { onTimeout: 'escalate', escalateTo })]);
    const { request } = vote({ request: before }, 'ada', 'approve', { authors: [], people: [] });
    expect(whenTimeIsOver(request, at).outcome).toMatchObject({ granted: true, by: 'ada', expired: false });
  });
});

describe('an agreement to an earlier commit', () => {
  const steps = [step([ada, bob], 2), step([bob, cyd])];
  const concerned = (...authors: string[]) => ({ authors, people: persons });
  const granted = (change: Partial<Question> = {}): ApprovalOutcome => {
    let progress: Progress = { request: asked(steps, change) };
    for (const who of ['ada', 'slack:Ubob', 'cyd']) progress = vote(progress, who, 'approve', concerned());
    return progress.outcome as ApprovalOutcome;
  };
  const now = (change: Partial<Question> = {}) => asked(steps, { commit: 'c2', ...change });

  test('holds while effects and rules are the same, also from one commit to the next', () => {
    const { outcome, note } = takeOver(now(), [granted()], concerned());
    expect(outcome).toMatchObject({ granted: true, by: 'cyd', carriedFrom: 'c1', request: { commit: 'c2', votes: [{}, {}, {}] } });
    expect(note).toBeUndefined();
    const third = asked(steps, { commit: 'c3' });
    expect(takeOver(third, [outcome as ApprovalOutcome], concerned()).outcome?.carriedFrom).toBe('c1');
  });

  test.each([{ effects: ['other'] }, { rules: 'other' }])('is withdrawn, and that is noted, when something has changed: %o', (change) => {
    const { outcome, note, request } = takeOver(now(change), [granted()], concerned());
    expect([outcome, request.votes]).toEqual([undefined, []]);
    expect(note).toEqual({ by: 'cyd', reason: expect.stringContaining('the approval by cyd for commit c1 was withdrawn') });
  });

  test('does not count for those who have become authors, who are asked for anew', () => {
    const { outcome, note, request } = takeOver(now(), [granted()], concerned('github:Bob-GH'));
    expect(outcome).toBeUndefined();
    expect(request).toMatchObject({ step: 0, votes: [{ by: 'ada' }] });
    expect(note?.reason).toContain('bob has made a part of the change since');
  });

  test('is none after a rejection, a deadline, or for another subject', () => {
    const good = granted();
    const others = [[good, { ...good, granted: false }], [{ ...good, expired: true }], [granted({ subject: 'other' })], []];
    for (const earlier of others) expect(takeOver(now(), earlier, concerned())).toEqual({ request: now() });
  });
});
