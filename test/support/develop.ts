import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { expect } from 'vitest';
import type {
  Architect,
  Coder,
  Debugger,
  DevelopTester,
  FeatureReporter,
  GroundAgent,
  ModelAgent,
  Planner,
  Publisher,
} from '../../activities/developContracts.ts';
import type { BuildFeatureInput, TaskRecord } from '../../schemas/buildFeature.ts';
import type { AcceptanceTests, Evidence, Proof } from '../../schemas/debugFailure.ts';
import type { Change, Mind, Thought } from '../../schemas/mind.ts';
import { developAgents, taskQueues } from '../../schemas/names.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { Source } from '../../schemas/source.ts';
import { TodoList } from '../../schemas/todoList.ts';
import type { buildFeature } from '../../workflows/buildFeature.ts';
import { stateQuery } from '../../workflows/messages.ts';
import { openFlows } from './flows.ts';

export type DevelopFakes = GroundAgent & Planner & Architect & DevelopTester & Coder & ModelAgent & Debugger & Publisher & FeatureReporter;
export type BuildHandle = WorkflowHandle<typeof buildFeature>;

export const blob = (digit: string) => ({ sha256: digit.repeat(64), size: 1, mediaType: 'application/json' });

/** A change whose commit and tree are told by one hex digit each. */
export function changeOf(commit: string, tree = commit): Change {
  return { commit: CommitSha.parse(commit.repeat(40)), tree: CommitSha.parse(tree.repeat(40)) };
}

export function answer<T>(value: T, usage: Partial<{ steps: number; inputTokens: number; outputTokens: number }> = {}): Thought<T> {
  return {
    kind: 'answer',
    value,
    usage: { steps: 0, inputTokens: 10, outputTokens: 5, usd: 0.01, ...usage },
    by: { agent: 'test@1', mind: 'test/model' },
  };
}

const source: Source = {
  repository: 'https://example.test/acme/shop',
  slug: 'acme/shop',
  ref: 'HEAD',
  ...changeOf('a'),
  changedPaths: 0,
  dirty: false,
  trusted: false,
  fork: false,
};

export function todoList(tasks: { id: string; dependencies?: string[] }[] = [{ id: 't1' }], over: Partial<TodoList> = {}): TodoList {
  const criteria = [{ id: 'a1', text: 'it works' }];
  return TodoList.parse({
    id: 'plan',
    request: 'make it work',
    summary: 'it works',
    tasks: tasks.map((task) => ({ title: `Task ${task.id}`, description: 'do it', acceptance_criteria: criteria, ...task })),
    ...over,
  });
}

export const tests: AcceptanceTests = {
  open: blob('1'),
  hidden: blob('2'),
  paths: ['test/a.test.js'],
  hiddenPaths: ['test/b.test.js'],
  commands: ['npm test'],
};

export function proof(over: Partial<Proof> = {}): Proof {
  return {
    accepted: true,
    verdict: '3 tests failed before, 3 pass after',
    report: blob('3'),
    commit: 'a'.repeat(40),
    failures: [],
    refusals: [],
    coverage: null,
    isolation: 'bubblewrap',
    ...over,
  };
}
export const badProof = (signature: string, over: Partial<Proof> = {}): Proof =>
  proof({ accepted: false, verdict: '1 of 3 tests failed', signature, failures: [{ name: 'adds', message: 'expected 3' }], ...over });

export const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  timedOut: false,
  flaky: [],
  mismatches: [],
  diagnostics: 'expected 3',
  ...over,
});

export const model: Mind = { kind: 'model' };
export const template: Mind = { kind: 'template', template: 'trading-strategy', subject: {} };

/** Agents of which every one succeeds at its first try. */
export function goodDevelopers(mind: Mind = template): DevelopFakes {
  return {
    openGround: async () => ({ source, rules: ProjectFile.parse({}), created: false, notices: [] }),
    adoptRef: async () => changeOf('d'),
    planWork: async () => answer({ todoList: todoList(), mind }),
    replanTask: async ({ todo, instruction }) => answer({ ...todo, description: instruction }),
    designContract: async () => answer({ contract: blob('4') }),
    writeTests: async () => answer({ tests, change: changeOf('b') }),
    proveChange: async () => proof(),
    makeExhibits: async () => [],
    writeCode: async () => answer({ change: changeOf('c'), summary: 'written' }),
    briefTask: async () => ({ brief: blob('5'), protected: ['test/**'] }),
    takeStep: async () => ({ change: changeOf('c'), observation: blob('6'), headline: 'edit src/a.js', changed: true }),
    closeTask: async () => undefined,
    nextStep: async ({ number }) =>
      answer(
        number < 3
          ? { transcript: blob('7'), step: blob('8'), kind: 'edit', headline: `edit ${number}` }
          : { transcript: blob('7'), step: blob('8'), kind: 'done', headline: 'done', summary: 'it is done' },
      ),
    diagnoseFailure: async () => evidence(),
    mergeChange: async ({ change }) => ({ merged: change }),
    commitFiles: async ({ on }) => on,
    publishBranch: async ({ branch }) => ({ branch, pushed: true }),
    openFeaturePull: async () => ({ number: 7, url: 'https://example.test/pull/7' }),
    writeFeatureReport: async () => ({ markdown: blob('9'), json: blob('9') }),
  };
}

/** Real develop flows on a real server, with agents that the test scripts. */
export function developTests() {
  const open = openFlows({ good: () => goodDevelopers(), queues: ['source', ...developAgents], local: ['writeFeatureReport'] });
  return {
    ...open,
    async start(request: Partial<BuildFeatureInput> = {}): Promise<BuildHandle> {
      return await open.client().workflow.start<typeof buildFeature>('buildFeature', {
        taskQueue: taskQueues.orchestration,
        workflowId: `build-feature/test/${randomUUID()}`,
        args: [{ request: 'make it work', autonomy: 'full', ...request } as never],
      });
    },
  };
}

/** Waits until the build's state holds. */
export async function untilBuild(handle: BuildHandle, holds: (tasks: (id: string) => TaskRecord, phase: string) => boolean): Promise<void> {
  const look = async () => {
    const { partial_results: records, phase } = await handle.query(stateQuery);
    return holds((id) => records[id] as TaskRecord, phase);
  };
  await expect.poll(look, { timeout: 20_000, interval: 50 }).toBe(true);
}
