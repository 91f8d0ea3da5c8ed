import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import { createController } from '../../activities/control/controller.ts';
import { failure } from '../../schemas/failures.ts';
import type { Fence, LockAskInput, LockView } from '../../schemas/locks.ts';
import { resourceLockId, taskQueues } from '../../schemas/names.ts';
import { workerDefaults } from '../../workers/defaults.ts';
import { quietLogger } from '../../workers/logger.ts';
import { lockQuery } from '../../workflows/messages.ts';
import type * as flows from './lockFlows.ts';
import type { Target } from './lockFlows.ts';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The lock's flows and a few that hold locks, on a real server, with the real controller. */
export async function openLockPlace(address: string) {
  Runtime.install({ logger: quietLogger() });
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  const client = new Client({ connection: clientConnection });
  const controller = createController({ client });
  const target = createTarget();
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: file('lockFlows.ts'),
    workflowInterceptorModules: [file('../../workflows/interceptors.ts')],
    preloadModules: [file('../../workflows/preload.ts')],
    logger: quietLogger(),
  });
  const shared = { ...workerDefaults, connection };
  const workers = await Promise.all([
    Worker.create({ ...shared, taskQueue: taskQueues.orchestration, workflowBundle }),
    Worker.create({ ...shared, taskQueue: taskQueues.control, activities: controller }),
    Worker.create({ ...shared, taskQueue: 'test-target', activities: target.activities }),
  ]);
  const running = workers.map((worker) => worker.run());
  const view = (resource: string): Promise<LockView> => client.workflow.getHandle(resourceLockId(resource)).query(lockQuery);
  return {
    client,
    controller,
    target,
    view,
    /** A resource of this test alone. */
    resource: (name = 'env') => `${name}:${randomUUID().slice(0, 8)}`,
    entity: (resource: string): WorkflowHandle => client.workflow.getHandle(resourceLockId(resource)),
    async start<Name extends keyof typeof flows & ('holdLocks' | 'contend' | 'holdAndContinue' | 'tryToHold' | 'decidable')>(
      name: Name,
      order: Parameters<(typeof flows)[Name]>[0],
      workflowId = `test-${name}/${randomUUID()}`,
    ) {
      return await client.workflow.start(name, { taskQueue: taskQueues.orchestration, workflowId, args: [order] });
    },
    /** Waits until the lock looks like this. */
    async until(resource: string, holds: (view: LockView) => boolean, timeout = 20_000): Promise<LockView> {
      await expect.poll(async () => await view(resource).then(holds, () => false), { timeout, interval: 30 }).toBe(true);
      return await view(resource);
    },
    async close() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
      await Promise.all([connection.close(), clientConnection.close()]);
    },
  };
}
export type LockPlace = Awaited<ReturnType<typeof openLockPlace>>;

/** A wish of somebody outside. */
export function clientAsk(resource: string, id: string, more: Partial<LockAskInput> = {}): LockAskInput {
  return { id, resource, holder: { kind: 'client', name: id }, ...more };
}

/** Something that only one may change at a time, and that knows nothing but tokens. */
function createTarget() {
  const highest = new Map<string, number>();
  const inside = new Map<string, { by: string; token: number }[]>();
  const dead = new Set<string>();
  const doubles: string[] = [];
  const seen: { by: string; fence: Fence }[] = [];
  const admit = ({ resource, token }: Fence) => {
    if (token < (highest.get(resource) ?? 0)) throw failure('LockLost', `token ${token} is older than ${highest.get(resource)}: stop`);
    highest.set(resource, token);
  };
  const activities: Target = {
    async enter({ by, fence }) {
      admit(fence);
      const others = (inside.get(fence.resource) ?? []).filter((one) => !dead.has(one.by) && one.token !== fence.token);
      if (others.length > 0) doubles.push(`${by} came in while ${others.map((one) => one.by).join(', ')} was inside`);
      inside.set(fence.resource, [...others, { by, token: fence.token }]);
      seen.push({ by, fence });
    },
    async leave({ by, fence }) {
      admit(fence);
      inside.set(
        fence.resource,
        (inside.get(fence.resource) ?? []).filter((one) => one.by !== by),
      );
    },
  };
  return { activities, doubles, seen, dead };
}
