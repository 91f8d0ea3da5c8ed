import { expect, test } from 'vitest';
import type { ApprovalStep } from '../../schemas/approvals.ts';
import { type } from '../support/commandLine.ts';
import { flowTests, until } from '../support/flows.ts';
import { plan, stage } from '../support/plans.ts';

const flows = flowTests();
const members = ['ada', 'bob', 'kim'].map((name) => ({ name, github: name }));
const leads: ApprovalStep = { role: 'leads', members, quorum: 2 };

test('a chain is looked at and decided at the command line, and what is not taken says why', async () => {
  flows.when({ openRun: async () => plan([stage('deploy', { approval: true, approvers: [leads] })]) });
  const handle = await flows.start({ authors: ['github:bob'] });
  await until(handle, (state) => state.awaiting.length === 1);
  const mainstay = (...line: string[]) => type(line, { client: flows.client(), env: { MAINSTAY_USER: 'kim' } });
  const decide = (...line: string[]) => mainstay('approve', handle.workflowId, ...line);

  await expect.poll(async () => (await mainstay('approvals')).out, { timeout: 15_000 }).toContain('asks 2 of leads (ada, bob, kim)');
  expect(await decide()).toMatchObject({
    exit: 0,
    out: 'deploy/1: your approval counts; it goes on waiting for 2 of leads (ada, bob, kim); agreed: kim\n',
  });
  expect((await mainstay('approvals')).out).toContain('step 1: kim agreed as cli:kim at ');
  const refused = [
    [await decide(), 'kim has voted already'],
    [await decide('--as', 'bob'), 'bob made the change, and nobody decides about their own'],
    [await decide('--as', 'eve'), 'cli:eve may not decide deploy/1: it asks 2 of leads (ada, bob, kim)'],
    [await decide('--as', 'github:ada'), 'cli:github:ada may not decide deploy/1'],
  ] as const;
  for (const [typed, says] of refused) expect(typed).toMatchObject({ exit: 15, err: expect.stringContaining(says) });
  expect(await decide('--as', 'ada', '--json')).toMatchObject({ exit: 0, out: expect.stringContaining('"granted":true') });
  expect(await handle.result()).toMatchObject({ status: 'passed' });
});
