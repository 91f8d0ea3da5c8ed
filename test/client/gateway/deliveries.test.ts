import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, openEngine, openGateway } from '../../support/gateway.ts';
import {
  checkPayload,
  commentPayload,
  githubExamples,
  pullRequestPayload,
  pushPayload,
  sha,
  suitePayload,
} from '../../support/githubPayloads.ts';

const open: { engine?: Awaited<ReturnType<typeof openEngine>>; gateway?: Awaited<ReturnType<typeof openGateway>> } = {};

beforeAll(async () => {
  open.engine = await openEngine();
  open.gateway = await openGateway(open.engine.client);
});
afterAll(async () => {
  await open.gateway?.close();
  await open.engine?.close();
});

const client = () => open.engine!.client;
const send = async (event: string, payload: unknown, delivery?: string) =>
  await deliver({ url: open.gateway!.url, event, payload, delivery });
const outcomes = ({ body }: Awaited<ReturnType<typeof send>>) =>
  (body['actions'] as { outcome: string; reason?: string }[]).map(({ outcome, reason }) => reason ?? outcome);
const pushed = async (digit: string) => {
  const answer = await send('push', pushPayload({ after: sha(digit) }));
  const [action] = answer.body['actions'] as { workflowId: string }[];
  const { runId } = await client().workflow.getHandle(action!.workflowId).describe();
  return { workflowId: action!.workflowId, runId };
};
/** What the flow was started with, and the signals that wait in it. */
const historyOf = async (workflowId: string) => {
  const { events } = await client().workflow.getHandle(workflowId).fetchHistory();
  const json = (data?: Uint8Array | null) => JSON.parse(Buffer.from(data ?? []).toString('utf8')) as Record<string, unknown>;
  const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal ? [{ name: signal.signalName, value: json(signal.input?.payloads?.[0]?.data) }] : [],
  );
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  return { input: json(started?.input?.payloads?.[0]?.data), type: started?.workflowType?.name, queue: started?.taskQueue?.name, signals };
};

describe('deliveries of GitHub', () => {
  it('are all answered with 2xx, and start the flows that they are about', async () => {
    const answers = [];
    for (const { event, payload } of githubExamples()) answers.push(await send(event, payload));
    expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
    const accepted = answers.filter(({ body }) => body['accepted'] === true).flatMap(outcomes);
    // Two pushes of one commit to one branch at one time are one push.
    expect(accepted.filter((outcome) => outcome === 'started')).toHaveLength(1);
    expect(accepted.filter((outcome) => outcome === 'repeated')).toHaveLength(1);
    const running = async () => {
      const ids: string[] = [];
      for await (const { workflowId } of client().workflow.list({ query: "ExecutionStatus = 'Running'" })) ids.push(workflowId);
      return ids.sort();
    };
    await expect
      .poll(running, { timeout: 10_000 })
      .toEqual([
        'deploy-pull-request/codertocat/hello-world/2',
        expect.stringMatching(/^run-pipeline\/Codertocat\/Hello-World\/6113728f27ae\/push-[0-9a-f]{12}$/),
      ]);
  });

  it('about one push are one run, however often and at once they come', async () => {
    const payload = pushPayload({ after: sha('1') });
    const same = await Promise.all(Array.from({ length: 10 }, () => send('push', payload, 'one-delivery')));
    const otherHook = await send('push', payload);
    expect(same.flatMap(outcomes).sort()).toEqual([...Array.from({ length: 9 }, () => 'repeated'), 'started']);
    expect(outcomes(otherHook)).toEqual(['repeated']);

    const [action] = otherHook.body['actions'] as { workflowId: string }[];
    expect(await historyOf(action!.workflowId)).toMatchObject({
      type: 'runPipeline',
      queue: 'orchestration',
      input: {
        repository: 'https://git.test/acme/shop.git',
        commit: sha('1'),
        event: 'push',
        github: { owner: 'acme', repo: 'shop' },
        correlation: 'one-delivery',
      },
    });
    await client().workflow.getHandle(action!.workflowId).terminate();
    expect(outcomes(await send('push', payload, 'one-delivery'))).toEqual(['repeated']);
    expect(outcomes(await send('push', pushPayload({ after: sha('1'), ref: 'refs/heads/other' })))).toEqual(['started']);
  });

  it('about a repository that the operators vouch for run with trust, others without', async () => {
    const trustOf = async (full_name: string) => {
      const repository = { id: 9, full_name, pushed_at: 1 };
      const [action] = (await send('push', pushPayload({ after: sha('9'), repository }))).body['actions'] as { workflowId: string }[];
      return (await historyOf(action!.workflowId)).input['trusted'];
    };
    expect([await trustOf('Vouched/shop'), await trustOf('acme/other')]).toEqual([true, false]);
  });

  it('about a pull request reach one entity, each with its delivery', async () => {
    const number = { number: 77 };
    const id = 'deploy-pull-request/acme/shop/77';
    expect(outcomes(await send('pull_request', pullRequestPayload('closed', number), 'd0'))).toEqual(['over']);
    await send('pull_request', pullRequestPayload('opened', number), 'd1');
    await send('issue_comment', commentPayload('/mainstay status', { issue: { ...number, pull_request: {} } }), 'd2');
    expect(outcomes(await send('pull_request', pullRequestPayload('closed', number), 'd3'))).toEqual(['told']);
    expect(await historyOf(id)).toMatchObject({
      type: 'deployPullRequest',
      input: { owner: 'acme', repo: 'shop', number: 77 },
      signals: [
        { name: 'pullRequestChanged', value: { delivery: 'd1', event: 'opened' } },
        { name: 'commandGiven', value: { delivery: 'd2', command: { verb: 'status' }, by: 'ada' } },
        { name: 'pullRequestChanged', value: { delivery: 'd3', event: 'closed' } },
      ],
    });
  });

  it('that come after a failed entity start it again', async () => {
    const number = { number: 78 };
    await send('pull_request', pullRequestPayload('opened', number));
    await client().workflow.getHandle('deploy-pull-request/acme/shop/78').terminate();
    expect(outcomes(await send('pull_request', pullRequestPayload('synchronize', number)))).toEqual(['told']);
  });
});

describe('"Re-run" of a push', () => {
  it('that has ended is one run for each delivery', async () => {
    const { workflowId, runId } = await pushed('2');
    await client().workflow.getHandle(workflowId).terminate();
    const again = () => send('check_run', checkPayload(`${workflowId}/${runId}/lint`), 'click-1');
    expect([outcomes(await again()), outcomes(await again())]).toEqual([['started'], ['repeated']]);
    const [action] = (await again()).body['actions'] as { workflowId: string }[];
    expect(action?.workflowId).toBe('run-pipeline/acme/shop/222222222222/push-click-1');
    expect(await historyOf(action!.workflowId)).toMatchObject({
      input: { commit: sha('2'), fresh: ['lint'], requestedBy: 'github:ada', correlation: 'click-1' },
    });
  });

  it('of all checks does the newest run of the commit again, and leaves a live one alone', async () => {
    const { workflowId } = await pushed('3');
    const all = async () => outcomes(await send('check_suite', suitePayload([], sha('3')), 'click-2'));
    await expect.poll(all, { timeout: 10_000 }).toEqual(['stillRunning']);
    await client().workflow.getHandle(workflowId).terminate();
    await expect.poll(all, { timeout: 10_000 }).toEqual(['started']);
  });

  it.each([
    ['a run that nobody knows', () => 'run-pipeline/acme/shop/0/push-0', 'unknownRun'],
    ['the run of another repository', async () => (await pushed('4')).workflowId, 'otherRepository'],
  ])('does not reach %s', async (_, id, reason) => {
    const name = `${await id()}/11111111-2222-4333-8444-555555555555/lint`;
    const repository = { id: 8, full_name: 'mallory/shop' };
    expect(outcomes(await send('check_run', checkPayload(name, [], { repository })))).toEqual([reason]);
  });
});
