import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, expect, inject } from 'vitest';
import type {
  Announcer,
  Builder,
  Controller,
  Deployer,
  GitHubAgent,
  Linter,
  Reporter,
  Reviewer,
  SecurityScanner,
  SourceAgent,
  Tester,
} from '../../activities/contracts.ts';
import { agents, developAgents, taskQueues } from '../../schemas/names.ts';
import type { PipelineRequestInput } from '../../schemas/runPipeline.ts';
import type { runPipeline } from '../../workflows/runPipeline.ts';
import { workerDefaults } from '../../workers/defaults.ts';
import { quietLogger } from '../../workers/logger.ts';
import { stateQuery } from '../../workflows/messages.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import { plan, result, stage } from './plans.ts';
import { pullRequest, review } from './pullRequests.ts';
import { recordHistory } from './histories.ts';

const { temporal } = proto;

export type Fakes = SourceAgent &
  Controller &
  GitHubAgent &
  Reviewer &
  Linter &
  Tester &
  Builder &
  SecurityScanner &
  Deployer &
  Reporter &
  Announcer;
export type PipelineHandle = WorkflowHandle<typeof runPipeline>;

const blob = { sha256: 'e'.repeat(64), size: 1, mediaType: 'text/plain' };
const release = { environment: 'staging', target: 'process' as const, key: 'k', digest: 'sha256:1' };

export function goodAgents(): Fakes {
  const good = async () => result();
  return {
    openRun: async () => plan([stage('lint'), stage('test')]),
    evaluateCondition: async () => true,
    lintCode: good,
    runTests: good,
    buildArtifacts: good,
    scanSecurity: good,
    deployRelease: async () => release,
    watchRelease: async () => ({ verdict: 'pass', reason: 'healthy', probes: 3, failed: 0 }),
    rollBackRelease: async () => ({ undone: true }),
    writeReport: async () => ({ markdown: blob, json: blob }),
    askForLock: async ({ resource }) => ({ state: 'granted', resource, token: 1, leaseEndsAt: '2999-01-01T00:00:00.000Z' }),
    isAlive: async () => true,
    decideOnRun: async () => ({ taken: true }),
    rerunStage: async () => ({ taken: true }),
    ensureRun: async () => ({ started: false, workflowId: '' }),
    readPullRequest: async () => pullRequest(),
    readRules: async () => ProjectFile.parse({}),
    openRevert: async () => ({ number: 1, url: 'https://example.test/pull/1' }),
    redeliverFailed: async () => ({ redelivered: [], failed: 0 }),
    listHeads: async () => [],
    reviewPullRequest: async () => review(),
    publishReview: async () => undefined,
    showOnGitHub: async () => undefined,
    showInSlack: async () => undefined,
    sendMail: async () => ({ sent: [] }),
    answerCommand: async () => undefined,
  };
}

/** Real flows on a real server, with agents that the test scripts. Unscripted agents succeed at once. */
export function flowTests() {
  const open = openFlows({
    good: goodAgents,
    queues: agents.filter((agent) => !(developAgents as readonly string[]).includes(agent)),
    local: ['writeReport'],
  });
  return {
    ...open,
    async start(request: Partial<PipelineRequestInput> = {}): Promise<PipelineHandle> {
      return await open.client().workflow.start<typeof runPipeline>('runPipeline', {
        taskQueue: taskQueues.orchestration,
        workflowId: `run-pipeline/test/${randomUUID()}`,
        args: [{ repository: 'https://example.test/acme/shop', ...request } as never],
      });
    },
  };
}

type Opening<F> = { good: () => F; queues: readonly (keyof typeof taskQueues)[]; local: readonly (keyof F & string)[] };

/** The flows' worker and one worker per queue, whose activities are what the test has scripted at that moment; `local` run beside the flows. */
export function openFlows<F extends object>({ good, queues, local }: Opening<F>) {
  const script = { agents: good() };
  const open: { client?: Client; close: (() => Promise<unknown>)[] } = { close: [] };

  beforeAll(async () => {
    Runtime.install({ logger: quietLogger() });
    const address = inject('engineAddress');
    const connection = await NativeConnection.connect({ address });
    const clientConnection = await Connection.connect({ address });
    open.client = new Client({ connection: clientConnection });
    const names = Object.keys(good()) as (keyof F & string)[];
    const activities = Object.fromEntries(
      names.map((name) => [name, (...args: never[]) => (script.agents[name] as (...given: never[]) => unknown)(...args)]),
    );
    const flows = await Worker.create({
      ...workerDefaults,
      connection,
      taskQueue: taskQueues.orchestration,
      activities: Object.fromEntries(local.map((name) => [name, activities[name]])),
      workflowBundle: { codePath: inject('bundlePath') },
    });
    const workers = await Promise.all(
      queues.map((queue) => Worker.create({ ...workerDefaults, connection, taskQueue: taskQueues[queue], activities })),
    );
    const running = [flows, ...workers].map((worker) => worker.run());
    open.close = [
      async () => {
        for (const worker of [flows, ...workers]) worker.shutdown();
        await Promise.all(running);
      },
      () => connection.close(),
      () => clientConnection.close(),
    ];
  });
  afterAll(async () => {
    for (const close of open.close) await close();
  });
  beforeEach(() => {
    script.agents = good();
  });

  return {
    client() {
      if (!open.client) throw new TypeError('the client opens in beforeAll');
      return open.client;
    },
    /** Scripts some agents; the others go on to succeed. */
    when(change: Partial<F>) {
      Object.assign(script.agents, change);
    },
  };
}

/** Waits until the run's state holds; asks again at short intervals. */
export async function until(handle: PipelineHandle, holds: (state: Awaited<ReturnType<typeof stateOf>>) => boolean) {
  await expect.poll(async () => holds(await stateOf(handle)), { timeout: 20_000, interval: 50 }).toBe(true);
  return await stateOf(handle);
}

export function stateOf(handle: PipelineHandle) {
  return handle.query(stateQuery);
}

/** Every flow's history must be free of failed workflow tasks: one is a defect even if a later try went well. */
export async function expectCleanHistory(handle: Pick<WorkflowHandle, 'fetchHistory'>, part?: string): Promise<void> {
  const { events } = await handle.fetchHistory();
  const bad = (events ?? []).filter((event) => {
    // A message that arrives while the flow's last step is on its way makes the server ask once more: no defect.
    const cause = event.workflowTaskFailedEventAttributes?.cause;
    const asksOnceMore = temporal.api.enums.v1.WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND;
    return (cause !== undefined && cause !== asksOnceMore) || event.workflowTaskTimedOutEventAttributes;
  });
  expect(bad).toEqual([]);
  if (process.env['RECORD_HISTORIES'] !== undefined) await recordHistory({ events }, part);
}
