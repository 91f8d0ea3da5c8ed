import { approvalRequest } from '../support/approvals.ts';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { eventsBetween } from '../../client/cli/progress/events.ts';
import { renderTree } from '../../client/cli/progress/tree.ts';
import { result } from '../support/plans.ts';
import { runView, stageView } from '../support/runViews.ts';

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;
const now = Date.parse(at(12));
const plain = { colours: pc.createColors(false), columns: 100, now };

const stages = [
  stageView('lint', {
    status: 'passed',
    startedAt: at(1),
    endedAt: at(3),
    result: result({ summary: 'eslint: no findings', reusedFrom: 'x' }),
  }),
  stageView('build', {
    needs: ['lint'],
    status: 'running',
    startedAt: at(3),
    doing: 'npm run build',
    attempt: 2,
    broke: 'activity Heartbeat timeout',
  }),
  stageView('test', {
    status: 'failed',
    startedAt: at(1),
    endedAt: at(9),
    iteration: 2,
    result: result({ passed: false, summary: '2 of 49 tests failed' }),
  }),
  stageView('security', { status: 'running', startedAt: at(1), queued: true }),
  stageView('deploy', { needs: ['build', 'test'], status: 'skipped', reason: 'needs test, which failed' }),
];

describe('the tree of a live run', () => {
  it('shows each stage under the one that it needs, with time, tries and reason', () => {
    expect(renderTree(runView(stages, { requestedRef: 'main' }), plain)).toEqual([
      'acme/shop main @ 9f3c2e1  running 12s',
      '├─ ✔ lint           2s  eslint: no findings · reused',
      '│  └─ ⠋ build       9s  npm run build · attempt 2, because its worker was lost',
      '├─ ✖ test           8s  2 of 49 tests failed · try 2',
      '├─ … security      11s  waits for a worker that serves security',
      '└─ ○ deploy             needs test, which failed',
    ]);
  });

  it('fits the width of the terminal, colours not counted', () => {
    const colours = pc.createColors(true);
    const lines = renderTree(runView(stages), { ...plain, colours, columns: 40 });
    // oxlint-disable-next-line no-control-regex -- colours have no width
    for (const line of lines) expect(line.replace(/\u001b\[[0-9;]*m/g, '').length).toBeLessThanOrEqual(40);
  });

  it('lets nothing from the repository move the cursor or break the line', () => {
    const evil = stageView('lint', { status: 'failed', reason: 'bad\n\u001b[2Jworse\u001b]0;title\u0007' });
    expect(renderTree(runView([evil]), plain)[1]).toBe('└─ ✖ lint           bad worse');
  });

  it('keeps every stage when needs name what is not there', () => {
    expect(renderTree(runView([stageView('test', { needs: ['gone'] })]), plain)).toHaveLength(2);
  });
});

describe('what changed, as plain lines', () => {
  const before = runView([stageView('lint', { status: 'running', startedAt: at(1), doing: 'npm ci' }), stageView('test')]);

  it.each([
    ['a stage that starts', runView([before.stages[0]!, stageView('test', { status: 'running', startedAt: at(2) })]), ['test started']],
    [
      'a stage that ends',
      runView([
        stageView('lint', { status: 'passed', startedAt: at(1), endedAt: at(3), result: result({ summary: 'clean' }) }),
        before.stages[1]!,
      ]),
      ['lint passed in 2s: clean'],
    ],
    ['a new action', runView([{ ...before.stages[0]!, doing: 'eslint .' }, before.stages[1]!]), ['lint · eslint .']],
    [
      'a broken step',
      runView([{ ...before.stages[0]!, attempt: 2, broke: 'disk' }, before.stages[1]!]),
      ['lint · attempt 2, because disk'],
    ],
    ['nothing', before, []],
    ['a pause', { ...before, paused: true }, ['paused: no new stage starts']],
    ['the end', { ...before, status: 'passed' as const, endedAt: at(9) }, ['run passed after 9s']],
  ])('tells %s', (_what, after, expected) => {
    expect(eventsBetween(before, after, now)).toEqual(expected);
  });

  it('tells a question with its effects and the way to answer', () => {
    const request = approvalRequest({ deadline: at(59) });
    expect(eventsBetween(before, { ...before, requests: [request], awaiting: [request.id] }, now)).toEqual([
      `deploy/1 waits for anybody who did not make the change until ${at(59)}: mainstay approve 9f3c2e1 (or reject)`,
      '  would: deploy to staging',
    ]);
  });
});
