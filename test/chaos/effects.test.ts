import { setTimeout as wait } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProjectFile } from '../../schemas/projectFile.ts';
import { agents, pullRunId, taskQueues } from '../../schemas/names.ts';
import { pullRequestStart, pushStart } from '../../schemas/starts.ts';
import { workflowBundle } from '../../workers/bundle.ts';
import { workerDefaults } from '../../workers/defaults.ts';
import { installRuntime } from '../../workers/startWorkers.ts';
import { goodAgents } from '../support/flows.ts';
import { openEngine } from '../support/gateway.ts';
import { startGitHub } from '../support/github/startGitHub.ts';
import { startKillingWorkers } from '../support/killingWorkers.ts';
import { plan, stage } from '../support/plans.ts';
import { createRandom } from '../support/random.ts';
import { review } from '../support/pullRequests.ts';
import { botToken, startSlack } from '../support/slack/slack.ts';

const wanted = 200;
// As many runs as it takes are started, so many at a time; a machine on which a kill costs little needs few.
const atATime = 8;
const mostRuns = 120;

type Opened = {
  engine: Awaited<ReturnType<typeof openEngine>>;
  github: Awaited<ReturnType<typeof startGitHub>>;
  slack: Awaited<ReturnType<typeof startSlack>>;
  stop(): Promise<void>;
};
const open: { all?: Opened } = {};
const rules = ProjectFile.parse({ notify: { slack: 'C000000001' }, environments: { staging: { revert: true } } });

beforeAll(async () => {
  installRuntime();
  const [engine, github, slack] = [await openEngine(), await startGitHub(), await startSlack()];
  const connection = await NativeConnection.connect({ address: engine.address });
  const { writeReport, ...fakes } = goodAgents();
  const scripted = {
    ...fakes,
    // Deploys, and is found unhealthy: checks, deployment, rollback, message, and a pull request that takes the push back.
    openRun: async (request: Parameters<typeof fakes.openRun>[0]) => {
      const stages = [stage('lint'), stage('test'), ...(request.event === 'push' ? [stage('deploy', { environment: 'staging' })] : [])];
      const { source } = plan([]);
      const { github: place, commit, repository, branch } = request;
      return { ...plan(stages), rules, source: { ...source, repository, branch, commit: commit!, slug: `${place?.owner}/${place?.repo}` } };
    },
    watchRelease: async () => ({ verdict: 'fail' as const, reason: 'three probes failed', probes: 3, failed: 3 }),
    deployRelease: async ({ effectKey }: { effectKey: string }) => ({
      environment: 'staging',
      target: 'process' as const,
      key: effectKey,
      digest: 'sha256:1',
    }),
    reviewPullRequest: async () => review({ comments: [{ rule: 'size', severity: 'warn', message: 'large', by: 'rules' }] }),
  };
  // GitHub and Slack are told by processes of their own.
  const here = agents.filter((agent) => agent !== 'report' && agent !== 'github');
  const workers = await Promise.all([
    Worker.create({
      ...workerDefaults,
      connection,
      taskQueue: taskQueues.orchestration,
      activities: { writeReport },
      workflowBundle: await workflowBundle({ cache: engine.home }),
    }),
    ...here.map((agent) => Worker.create({ ...workerDefaults, connection, taskQueue: taskQueues[agent], activities: scripted })),
  ]);
  const running = workers.map((worker) => worker.run());
  open.all = {
    engine,
    github,
    slack,
    async stop() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await connection.close();
      await github.close();
      await slack.close();
      await engine.close();
    },
  };
}, 120_000);
afterAll(() => open.all?.stop(), 60_000);

test('two hundred kills between an effect and its acknowledgement leave each effect exactly once', async () => {
  const { engine, github, slack } = open.all!;
  const shop = github.repository();
  const random = createRandom(20_261_121);
  const workers = await startKillingWorkers({
    count: 3,
    address: engine.address,
    services: { github: github.url, slack: slack.api.replace(/\/api\/$/, '') },
    environment: ({ github: api = '', slack: chat = '' }) => ({
      ...github.environment(),
      MAINSTAY_HOME: engine.home,
      MAINSTAY_GITHUB_API: api,
      MAINSTAY_SLACK_TOKEN: botToken,
      MAINSTAY_SLACK_API: `${chat}/api/`,
    }),
    strikes: ({ service, method, path }) => {
      const writes = service === 'slack' ? /chat\./.test(path) : method !== 'GET' && !path.includes('access_tokens');
      if (!writes || counted.total() >= wanted || random() > 0.35) return undefined;
      // A pull request is opened after its branch was pushed: killed before, the push is the effect without an acknowledgement.
      return path.endsWith('/pulls') && random() < 0.5 ? 'before' : 'after';
    },
  });
  counted.total = workers.total;

  try {
    const patience = { heartbeatTimeout: '2 seconds', tellWithin: '1 hour', tellEvery: '200ms' };
    // People's pushes do not meet; git would refuse one of them.
    let last: Promise<unknown> = Promise.resolve();
    const oneByOne = <T>(work: () => Promise<T>): Promise<T> => {
      const turn = last.then(work);
      last = turn.catch(() => undefined);
      return turn;
    };
    const pushRun = async (n: number) => {
      const commit = await oneByOne(() => shop.commit({ [`push-${n}.txt`]: `${n}\n` }));
      const { workflowType, options } = pushStart({
        owner: 'acme',
        repo: 'shop',
        repository: shop.url,
        branch: 'main',
        commit,
        delivery: `push-${n}`,
        authors: [],
      });
      const handle = await engine.client.workflow.start(workflowType, { ...options, args: [{ ...options.args[0], ...patience }] });
      await handle.result();
      return { kind: 'push' as const, commit, key: `${handle.workflowId}/${handle.firstExecutionRunId}` };
    };
    const pullRun = async (n: number) => {
      const { number, head } = await oneByOne(() => shop.open({ branch: `pull-${n}`, by: 'grace' }));
      const message = {
        signal: 'commandGiven',
        value: { delivery: `ask-${n}`, command: { verb: 'status' }, by: 'ada', association: 'OWNER' },
      } as const;
      const place = { owner: 'acme', repo: 'shop', number };
      const { workflowType, options } = pullRequestStart({ place, message });
      const started = { ...options, args: [{ ...options.args[0], ...patience }], signalArgs: [...options.signalArgs] };
      await engine.client.workflow.signalWithStart(workflowType, started as never);
      const run = engine.client.workflow.getHandle(pullRunId({ ...place, head: { sha: head } }));
      await expect
        .poll(
          () =>
            run.result().then(
              () => true,
              (error: Error) => error.name !== 'WorkflowNotFoundError' && Promise.reject(error),
            ),
          { timeout: 400_000, interval: 300 },
        )
        .toBe(true);
      await expect.poll(async () => (await answers(number)).length, { timeout: 400_000, interval: 300 }).toBeGreaterThan(0);
      const { firstExecutionRunId = '' } = run as { firstExecutionRunId?: string };
      return {
        kind: 'pull' as const,
        number,
        commit: head,
        key: `${run.workflowId}/${firstExecutionRunId || (await run.describe()).runId}`,
      };
    };
    const bodies = async (number: number) => (await shop.comments(number)).map(({ body }) => body);
    const answers = async (number: number) => (await bodies(number)).filter((body) => body.includes('Deployment: '));

    const done: (Awaited<ReturnType<typeof pushRun>> | Awaited<ReturnType<typeof pullRun>>)[] = [];
    let started = 0;
    const lane = async () => {
      while (workers.total() < wanted && started < mostRuns) {
        const n = started++;
        done.push(await (n % 4 === 3 ? pullRun(n) : pushRun(n)));
      }
    };
    await Promise.all(Array.from({ length: atATime }, lane));
    console.log(`${workers.total()} kills in ${done.length} runs: ${JSON.stringify(workers.kills)}`);
    expect(workers.total()).toBeGreaterThanOrEqual(wanted);
    // What a killed attempt had sent is settled by now; a moment more for what would come twice.
    await wait(3_000);

    const messages = await slack.messages();
    for (const run of done) {
      const names = shop.checkRuns(run.commit).map(({ name, conclusion }) => `${name}: ${conclusion}`);
      expect(names.toSorted(), run.key).toEqual(
        run.kind === 'push'
          ? ['mainstay / deploy: failure', 'mainstay / lint: success', 'mainstay / test: success']
          : ['mainstay / lint: success', 'mainstay / test: success'],
      );
      expect(shop.statuses(run.commit).at(-1)?.state).toBe(run.kind === 'push' ? 'failure' : 'success');
      if (run.kind === 'push') {
        const own = messages.filter(({ metadata }) => metadata?.event_payload['key'] === run.key);
        expect(own, run.key).toHaveLength(1);
        const parts = (await slack.replies(own[0]?.ts ?? '')).map(({ metadata }) => metadata?.event_payload['part']);
        expect(new Set(parts).size, run.key).toBe(parts.length);
        const deployments = shop.deployments().filter(({ sha, ref }) => sha === run.commit || ref === run.commit);
        expect(deployments, run.key).toHaveLength(1);
        expect(deployments[0]?.statuses.filter(({ state }) => state === 'failure')).toHaveLength(1);
        expect(
          shop.pulls().filter(({ body }) => String(body).includes(run.commit)),
          run.key,
        ).toHaveLength(1);
      } else {
        expect(
          (await bodies(run.number)).filter((body) => body.includes('mainstay:run')),
          run.key,
        ).toHaveLength(1);
        expect(await answers(run.number), run.key).toHaveLength(1);
        expect(
          shop.reviews(run.number).filter(({ state }) => state !== 'DISMISSED'),
          run.key,
        ).toHaveLength(1);
        expect(shop.labels(run.number)).toEqual(['mainstay: passed']);
      }
    }
  } catch (error) {
    // What did not come to its end, and what it was at.
    for await (const { workflowId, runId } of engine.client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
      const { raw } = await engine.client.workflow.getHandle(workflowId, runId).describe();
      const steps = (raw.pendingActivities ?? []).map(
        ({ activityType, attempt, lastFailure }) => `${activityType?.name} ${attempt} ${lastFailure?.message}`,
      );
      if (steps.length > 0) console.log(workflowId, steps, JSON.stringify(workers.kills));
    }
    throw error;
  } finally {
    await workers.close();
  }
}, 900_000);

// The strikes are asked for before the workers that they count are there.
const counted = { total: () => 0 };
