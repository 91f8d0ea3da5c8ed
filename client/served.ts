import type { Client } from '@temporalio/client';
import { agents, type TaskQueue, taskQueues } from '../schemas/names.ts';

// A worker's poll is held for a minute; one that has not come back since is gone.
const pollWithinMs = 70_000;
type QueueType = NonNullable<Parameters<Client['workflowService']['describeTaskQueue']>[0]['taskQueueType']>;
// WORKFLOW and ACTIVITY of temporal/api/enums/v1/task_queue.proto.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the enum's module is no dependency of ours
const queueType = { flows: 1 as QueueType, steps: 2 as QueueType };

/** True when workers have lately asked for work on every queue that a pipeline run needs, or those given. Says nothing about the next moment. */
export async function isServed(client: Client, needed: readonly (keyof typeof taskQueues)[] = agents): Promise<boolean> {
  const questions = [
    hasPollers(client, taskQueues.orchestration, queueType.flows),
    ...needed.map((agent) => hasPollers(client, taskQueues[agent], queueType.steps)),
  ];
  return (await Promise.all(questions)).every(Boolean);
}

/** Workers that have lately asked for an agent's steps, and how many steps wait for one; null where the server does not count them. */
export async function howServed(client: Client, agent: keyof typeof taskQueues): Promise<{ pollers: number; backlog: number | null }> {
  return await describeQueue(client, taskQueues[agent], queueType.steps);
}

async function hasPollers(client: Client, name: TaskQueue, taskQueueType: QueueType): Promise<boolean> {
  return (await describeQueue(client, name, taskQueueType)).pollers > 0;
}

async function describeQueue(
  client: Client,
  name: TaskQueue,
  taskQueueType: QueueType,
): Promise<{ pollers: number; backlog: number | null }> {
  const { namespace } = client.options;
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name },
    taskQueueType,
    reportStats: true,
  });
  const recent = (pollers ?? []).filter(({ lastAccessTime }) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < pollWithinMs);
  const waiting = stats?.approximateBacklogCount;
  return { pollers: recent.length, backlog: waiting == null ? null : Number(waiting) };
}
