import { failure } from '../../../schemas/failures.ts';
import type { ReleaseJob } from '../job.ts';

/** Health inside the pods is the cluster's own business: its probes decide when a pod is ready. */
export function refuseHealth({ settings, task, kind }: Pick<ReleaseJob, 'settings' | 'task' | 'kind'>): void {
  const { command, path } = settings.health;
  if (command === undefined && path === undefined) return;
  const key = command === undefined ? 'path' : 'command';
  throw failure(
    'InvalidConfiguration',
    `Stage ${task.stage.id}, with.health.${key}: a ${kind} deploy is judged by the readiness of its pods; use health.url, or a readinessProbe in the manifest`,
  );
}
