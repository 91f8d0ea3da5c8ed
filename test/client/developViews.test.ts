import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { featureSummary } from '../../client/cli/featureSummary.ts';
import { messageOf } from '../../client/cli/progress/ask.ts';
import { eventsBetween } from '../../client/cli/progress/events.ts';
import { renderTree } from '../../client/cli/progress/tree.ts';
import { exitCodeOf } from '../../client/cli/summary.ts';
import { readRun } from '../../client/readRun.ts';
import { Budget } from '../../schemas/mind.ts';
import { approvalRequest } from '../support/approvals.ts';
import { changeOf, proof, tests, todoList } from '../support/develop.ts';
import { buildView, debugBranch, noUsage, taskView, testReport } from '../support/featureViews.ts';
import { source } from '../support/plans.ts';

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;
const now = Date.parse(at(12));
const plain = { colours: pc.createColors(false), columns: 140, now };
const budget = Budget.parse({ usd: 5, minutes: 60 });
const usage = { steps: 41, inputTokens: 300_000, outputTokens: 12_345, usd: 0.421 };

const tasks = [
  taskView('t1', { phase: 'accepted', startedAt: at(1), endedAt: at(4), proof: proof() }),
  taskView('t2', {
    needs: ['t1'],
    phase: 'debugging',
    startedAt: at(4),
    headline: 't2_branch_01 · attempt 2 of 3 · implementation_bug → coder',
    debug: [debugBranch(1)],
  }),
  taskView('t3', { needs: ['t1'], phase: 'coding', startedAt: at(5), headline: 'edit 7', parkedUntil: '2026-01-01T00:10:12.000Z' }),
  taskView('t4', { phase: 'designing', startedAt: at(5), queued: true }),
  taskView('t5', { phase: 'escalated', startedAt: at(1), reason: '3 attempts did not repair it' }),
  taskView('t6', { needs: ['t2', 't3'] }),
  taskView('t7', { phase: 'failed', startedAt: at(1), endedAt: at(9), reason: 'given up by kim', debug: [debugBranch(3)] }),
];

describe('the tree of a live build', () => {
  it('shows phases, headlines, debug branches, rate limits and the budget', () => {
    const view = buildView(tasks, { requestedRef: 'main', feature: { budget, usage, workedMs: 194_000 } });
    expect(renderTree(view, plain)).toEqual([
      'acme/shop main @ 9f3c2e1  building 12s',
      '  model · 41 of 200 steps · 312.3K of 5M tokens · $0.42 of $5.00 · 3m 14s of 1h',
      '├─ ✔ t1 Task t1          3s  3 tests failed before, 3 pass after',
      '│  ├─ ⠋ t2 Task t2       8s  debugging · t2_branch_01 · attempt 2 of 3 · implementation_bug → coder',
      '│  │  ↳ t2_branch_01 · attempt 1 of 3 · implementation_bug → coder',
      '│  └─ … t3 Task t3       7s  coding · parked by a rate limit for 10m, until 00:10:12 UTC',
      '├─ … t4 Task t4          7s  designing the contract · waits for a worker that serves architect',
      '├─ ? t5 Task t5         11s  needs an instruction · 3 attempts did not repair it',
      '├─ · t6 Task t6              after t2, t3',
      '└─ ✖ t7 Task t7          8s  given up by kim · 3 attempts at debugging',
      '   ↳ t2_branch_01 · attempt 3 of 3 · implementation_bug → coder',
    ]);
  });

  it.each([
    ['planning', buildView([], { phase: 'planning' }), 'planning'],
    ['awaitingApproval', buildView([], { phase: 'awaitingApproval', status: 'waiting' }), 'awaiting approval'],
    ['outOfBudget', buildView([], { phase: 'outOfBudget', status: 'waiting' }), 'out of budget'],
    ['a pause', buildView([], { paused: true }), 'paused'],
    ['the end', buildView([], { status: 'passed', phase: 'passed' }), 'passed'],
  ])('says %s in words', (_phase, view, words) => {
    expect(renderTree(view, plain)[0]).toContain(words);
  });

  it('says that a price is not known, and that the planner waits for a rate limit', () => {
    const [, costs, parked] = renderTree(buildView([], { feature: { usage: { ...usage, usd: null }, parkedUntil: at(42) } }), plain);
    expect(costs).toContain('price unknown (MAINSTAY_MODEL_PRICES)');
    expect(parked).toBe('  planner parked by a rate limit for 30s, until 00:00:42 UTC');
  });

  it('lets nothing that a model or a test wrote move the cursor or break the line', () => {
    const evil = taskView('t1', { title: 'a\u001b[2J\nb', phase: 'coding', headline: 'edit \u001b]0;x\u0007\u202Ey\nz' });
    expect(renderTree(buildView([evil]), plain).at(-1)).toBe('└─ ⠋ t1 a b           coding · edit y z');
  });
});

describe('what changed in a build, as plain lines', () => {
  const before = buildView([taskView('t1', { phase: 'coding', startedAt: at(1), headline: 'read a' })]);
  const task = before.tasks[0]!;

  it.each([
    ['a new headline', { ...task, headline: 'edit src/a.ts' }, ['t1 · edit src/a.ts']],
    ['a phase', { ...task, phase: 'testing' as const }, ['t1 proving']],
    ['a rate limit', { ...task, parkedUntil: at(42) }, ['t1 · parked by a rate limit for 30s, until 00:00:42 UTC']],
    [
      'its end',
      { ...task, phase: 'accepted' as const, endedAt: at(4), proof: proof() },
      ['t1 accepted in 3s: 3 tests failed before, 3 pass after'],
    ],
    ['a task that is planned anew', { ...task, phase: 'pending' as const }, ['t1 starts over']],
    [
      'a debug branch',
      { ...task, debug: [debugBranch(1)] },
      ['t2_branch_01 opened: 1 of 4 tests failed', 't2_branch_01 · attempt 1 of 3 · implementation_bug → coder: adds: expected 3'],
    ],
    ['nothing', task, []],
  ])('tell %s', (_what, after, expected) => {
    expect(eventsBetween(before, { ...before, tasks: [after] }, now)).toEqual(expected);
  });

  it('tell the plan once, and a budget that was granted', () => {
    const planned = buildView([], { feature: { todoList: todoList([{ id: 't1' }, { id: 't2', dependencies: ['t1'] }]) } });
    expect(eventsBetween(buildView([]), planned, now)).toEqual([
      'Plan: it works',
      '  t1  Task t1',
      '      • it works',
      '  t2  Task t2  (after t1)',
      '      • it works',
    ]);
    expect(eventsBetween(planned, planned, now)).toEqual([]);
    const granted = { ...planned, feature: { ...planned.feature!, budget: Budget.parse({ steps: 300 }) } };
    expect(eventsBetween(planned, granted, now)).toEqual(['budget: 0 of 300 steps · 0 of 5M tokens · $0.00 · 0ms of 4h']);
  });
});

describe('a question of a build', () => {
  it.each([
    ['plan/1', 'mainstay approve 0123456 (or reject)'],
    ['escalation-t1/1', 'mainstay approve 0123456 -c "what to do" (or reject)'],
    ['budget-t1/1', 'mainstay grant 0123456 --steps 100 (or approve for half of the first budget, or reject)'],
  ])('%s is told with what to type', (id, line) => {
    const [told] = eventsBetween(buildView([]), buildView([], { requests: [approvalRequest({ id })] }), now);
    expect(told).toMatch(new RegExp(`^${id} waits for .*: ${line.replace(/[()]/g, String.raw`\$&`)}$`));
  });

  it('is named where several wait', () => {
    const requests = ['escalation-t1/1', 'escalation-t2/1'].map((id) => approvalRequest({ id, effects: [] }));
    const told = eventsBetween(buildView([]), buildView([], { requests }), now);
    expect(told.map((line) => line.includes(' --request '))).toEqual([true, true]);
  });
});

describe('the question about a plan', () => {
  it('shows the plan in full, and who is asked until when', () => {
    const request = approvalRequest({ id: 'plan/1', title: 'plan: it works', effects: ['t1 Task t1: it works'] });
    const text = messageOf('plan', request, buildView([], { feature: { todoList: todoList() } }));
    expect(text).toMatch(/^Is this the right plan\?\nPlan: it works\n {2}t1 {2}Task t1\n[\s\S]* {2}asks [\s\S]* {2}until /);
    expect(text).not.toContain('would:');
  });
});

describe('the summary of a build that is over', () => {
  const none = { reports: new Map(), files: [] };
  const done = {
    status: 'passed' as const,
    endedAt: at(12),
    feature: {
      source,
      branch: 'ai/generated/x/result',
      budget,
      usage,
      workedMs: 194_000,
      mind: { kind: 'program', program: 'codex' } as const,
    },
  };
  const lines = (...given: Parameters<typeof featureSummary>) => featureSummary(...given).join('\n');

  it('has tasks with proof in numbers, debug branches, result, pull request, reports, cost and the commands to look at it', () => {
    const accepted = [
      taskView('t1', {
        phase: 'accepted',
        startedAt: at(1),
        endedAt: at(4),
        proof: proof({ coverage: 92.6 }),
        tests,
        branch: 'ai/generated/x/t1',
      }),
      taskView('t2', {
        phase: 'accepted',
        startedAt: at(4),
        endedAt: at(9),
        proof: proof({ isolation: 'docker' }),
        debug: [debugBranch(2)],
      }),
    ];
    const view = buildView(accepted, {
      ...done,
      feature: {
        ...done.feature,
        proof: proof({ verdict: '8 pass together' }),
        pullRequest: { number: 7, url: 'https://example.test/pull/7' },
      },
    });
    const evidence = { reports: new Map([['t1', testReport()]]), files: [{ name: 'report', path: '/kept/ab/abcd' }] };
    expect(featureSummary(view, evidence, plain.colours)).toEqual([
      'passed: acme/shop at aaaaaaaaaaaa (main) in 12s; 2 of 2 tasks accepted',
      '✔ t1  Task t1  accepted in 3s',
      '    4 tests failed before, 4 pass after, hidden ones included; 93 % of lines covered',
      '    ai/generated/x/t1',
      '✔ t2  Task t2  accepted in 5s',
      '    3 tests failed before, 3 pass after',
      '    t2_branch_01 · attempt 2 of 3 · implementation_bug → coder',
      '  all together: 8 pass together',
      '  result: ai/generated/x/result',
      '  pull request #7: https://example.test/pull/7',
      '  used: 41 of 200 steps · 312.3K of 5M tokens · $0.42 of $5.00 · 3m 14s of 1h (program codex)',
      '  report: /kept/ab/abcd',
      '  isolation in force: bubblewrap, docker',
      '  look at it:',
      '    git fetch https://example.test/acme/shop ai/generated/x/result && git log --oneline --stat aaaaaaaaaaaa..FETCH_HEAD',
      '    git switch --detach FETCH_HEAD',
    ]);
  });

  it.each([
    [
      'a new repository',
      { created: true, source: { ...source, repository: '/home/kim/it’s here' } },
      "git clone --branch ai/generated/x/result '/home/kim/it’s here'",
    ],
    ['a folder', { source: { ...source, repository: "/srv/it's" } }, String.raw`git -C '/srv/it'\''s' switch ai/generated/x/result`],
    ['a file URL', { source: { ...source, repository: 'file:///srv/shop' } }, 'git -C /srv/shop diff aaaaaaaaaaaa...ai/generated/x/result'],
    ['nothing published', { branch: undefined }, 'no branch was published'],
  ])('says of %s how to get the result', (_what, feature, expected) => {
    expect(lines(buildView([], { ...done, feature: { ...done.feature, ...feature } }), none, plain.colours)).toContain(expected);
  });

  it('keeps the lines of a failure that says what to do, and nothing in them that a terminal would obey', () => {
    const failure = { type: 'RequestNotUnderstood', message: 'no template knows this:\n- try \u001b[2Jthis\r\n\n- or that' };
    expect(featureSummary(buildView([], { status: 'failed', endedAt: at(2), failure }), none, plain.colours)).toEqual([
      'failed: acme/shop in 2s',
      '  RequestNotUnderstood: no template knows this:',
      '  - try this',
      '  - or that',
    ]);
  });

  it('says of a task that failed what failed and what was refused, and only the first of many', () => {
    const failures = Array.from({ length: 7 }, (_, index) => ({ name: `test ${index}`, message: 'expected 3\nat line 1' }));
    const refusals = [{ rule: 'protected-path' as const, path: 'test/a.test.js', message: 'it was changed' }];
    const failed = taskView('t1', {
      phase: 'failed',
      startedAt: at(1),
      endedAt: at(2),
      reason: 'gave up',
      proof: proof({ accepted: false, failures, refusals }),
    });
    const view = buildView([failed], { status: 'failed', failure: { type: 'ChangeRefused', message: 't1: gave up' } });
    const text = lines(view, none, plain.colours);
    expect(text).toContain('✖ t1  Task t1  failed in 1s: gave up\n    test 0: expected 3\n');
    expect(text).toContain('    and 2 more\n    refused (protected-path): test/a.test.js: it was changed');
    expect(exitCodeOf(view)).toBe(39);
  });
});

describe('the state of a build', () => {
  const record = { ...taskView('mind', { phase: 'coding' }) };
  const state = (results: Record<string, unknown>) =>
    ({ subtasks: [{ id: 'mind', agent: 'coder', needs: [] }], partial_results: results, final_result: null }) as never;
  const memo = { repository: '/srv/shop' };

  it('is read also where a task has the name of something else in it', () => {
    const spent = { budget, usage, workedMs: 5 };
    const { tasks: read, feature } = readRun('buildFeature', {
      state: state({ mind: record, budget: spent, headlines: { mind: 'edit 1' } }),
      steps: [],
      memo,
    });
    expect(read).toEqual([{ ...record, headline: 'edit 1' }]);
    expect(feature).toMatchObject({ created: false, budget, usage, workedMs: 5, mind: undefined });
  });

  it('finds the step of a task by its name in the heartbeat, else where only one can be meant', () => {
    const step = { activity: 'writeCode', started: false, attempt: 1 };
    const doing = (steps: (typeof step & { stage?: string })[]) =>
      readRun('buildFeature', { state: state({ mind: record }), steps, memo }).tasks[0]?.queued;
    expect(doing([step])).toBe(true);
    expect(doing([step, { ...step, stage: 'mind', started: true }])).toBe(false);
    expect(doing([step, step])).toBeUndefined();
    expect(doing([{ ...step, activity: 'proveChange' }])).toBeUndefined();
  });

  it('is empty before there is one, and says whether a repository is made', () => {
    expect(readRun('buildFeature', { steps: [], memo: { repository: null } })).toMatchObject({
      tasks: [],
      feature: { created: true, usage: noUsage, workedMs: 0 },
    });
  });

  it('comes from the result once there is one', () => {
    const answer = {
      status: 'failed',
      tasks: [taskView('t1', { phase: 'failed', workedMs: 7 })],
      exhibits: [],
      usage,
      budget,
      notices: ['no push'],
      decisions: [],
      refusals: [],
      result: changeOf('c'),
    };
    expect(readRun('buildFeature', { answer, steps: [], memo })).toMatchObject({
      status: 'failed',
      notices: ['no push'],
      feature: { usage, workedMs: 7 },
      tasks: [{ id: 't1', phase: 'failed' }],
    });
  });
});
