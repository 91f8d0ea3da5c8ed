import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Answer, askPerson } from '../../client/cli/progress/ask.ts';
import { approvalRequest } from '../support/approvals.ts';
import { todoList } from '../support/develop.ts';
import { buildView } from '../support/featureViews.ts';

const down = '\u001b[B';
const enter = '\r';
const view = buildView([], { feature: { todoList: todoList() } });

/** A person who presses keys as soon as the text before them is on the screen. */
async function asked(
  id: string,
  ...acts: [shown: string, keys: string][]
): Promise<{ answer: Answer | undefined; screen: string; interrupted: boolean }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const seen = { screen: '', from: 0, interrupted: false };
  const waiting = [...acts];
  output.on('data', (data) => {
    seen.screen += stripVTControlCharacters(String(data));
    const next = waiting[0];
    if (!next || !seen.screen.slice(seen.from).includes(next[0])) return;
    waiting.shift();
    seen.from = seen.screen.length;
    // After the prompt has drawn itself, one key at a time as a terminal sends them.
    for (const key of next[1].match(/\u001b\[B|[^]/g) ?? []) setImmediate(() => input.write(key)); // oxlint-disable-line no-control-regex
  });
  const answer = await askPerson({
    request: approvalRequest({ id, title: 'the question' }),
    view,
    by: 'kim',
    signal: new AbortController().signal,
    interrupt: () => (seen.interrupted = true),
    streams: { input, output },
  });
  return { answer, screen: seen.screen, interrupted: seen.interrupted };
}

const decision = (request: string, verdict: string, comment?: string) => ({
  decision: { request, digest: 'd'.repeat(64), verdict, by: 'kim', comment },
});

describe('a question in the terminal', () => {
  it.each([
    ['a plan that is right', 'plan/1', [['Is this the right plan?', enter]], decision('plan/1', 'approve')],
    [
      'a plan that is not, with the reason',
      'plan/1',
      [
        ['right plan?', down + enter],
        ['Why?', `smaller${enter}`],
      ],
      decision('plan/1', 'reject', 'smaller'),
    ],
    ['a task', 'task-t1/1', [['the question', enter]], decision('task-t1/1', 'approve')],
    [
      'an escalation, with the instruction',
      'escalation-t1/1',
      [
        ['Give an instruction', enter],
        ['What should be done?', `use the clock${enter}`],
      ],
      decision('escalation-t1/1', 'approve', 'use the clock'),
    ],
    [
      'an escalation that is given up',
      'escalation-t1/1',
      [
        ['Give the task up', down + enter],
        ['Why?', enter],
      ],
      decision('escalation-t1/1', 'reject'),
    ],
    [
      'a budget, with how much more',
      'budget-t1/1',
      [
        ['Grant more', enter],
        ['How much', `steps=5${enter}`],
      ],
      { grant: { steps: 5, by: 'kim' } },
    ],
    ['a budget, with half of the first once more', 'budget-t1/1', [['Grant more', down + enter]], decision('budget-t1/1', 'approve')],
    ['nothing yet', 'plan/1', [['right plan?', down + down + enter]], undefined],
  ] as [string, string, [string, string][], unknown][])('answers %s', async (_what, id, acts, expected) => {
    expect((await asked(id, ...acts)).answer).toEqual(expected);
  });

  it('asks again for an instruction that is empty, and for limits that cannot be read', async () => {
    const instruction = await asked(
      'escalation-t1/1',
      ['Give an instruction', enter],
      ['What should', enter],
      ['write what to do', `go on${enter}`],
    );
    expect(instruction.answer).toEqual(decision('escalation-t1/1', 'approve', 'go on'));
    const grant = await asked('budget-t1/1', ['Grant more', enter], ['How much', `step${enter}`], ['step is no limit', `s=1${enter}`]);
    expect(grant.answer).toEqual({ grant: { steps: 1, by: 'kim' } });
  });

  it.each([
    ['the choice', 'plan/1', [['right plan?', '\u0003']]],
    [
      'the reason',
      'plan/1',
      [
        ['right plan?', down + enter],
        ['Why?', '\u0003'],
      ],
    ],
    [
      'the limits',
      'budget-t1/1',
      [
        ['Grant more', enter],
        ['How much', '\u0003'],
      ],
    ],
  ] as [string, string, [string, string][]][])('decides nothing by Ctrl-C at %s', async (_what, id, acts) => {
    expect(await asked(id, ...acts)).toMatchObject({ answer: undefined, interrupted: true });
  });

  it('shows the plan with what must hold', async () => {
    const { screen } = await asked('plan/1', ['right plan?', enter]);
    expect(screen).toMatch(/t1 {2}Task t1[\s\S]*• it works/);
  });
});
