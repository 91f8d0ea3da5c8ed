import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Release } from '../../schemas/deploy.ts';
import { Fence } from '../../schemas/locks.ts';
import { DeploySettings } from '../../schemas/settings.ts';

/**
 * How far a release is. `starting`: begun, not yet acknowledged; `running`: in service; `retired`: replaced, kept for going back;
 * `failed`: never came up; `undone`: rolled back; `stopped`: ended by a person.
 */
const releaseStatuses = ['starting', 'running', 'retired', 'failed', 'undone', 'stopped'] as const;

/** Where and how a release lives in a cluster. */
const ClusterPlace = z.object({
  context: z.string().optional(),
  namespace: z.string(),
  /** How long its pods may take to become ready, ms. */
  within: z.number(),
  /** What is watched, as `Kind/name`; absent: what the release turns out to hold. */
  workloads: z.array(z.string()).optional(),
  helm: z
    .object({
      release: z.string(),
      chart: z.string(),
      values: z.array(z.string()),
      set: z.array(z.string()),
      hooks: z.boolean(),
      timeout: z.number(),
    })
    .optional(),
});

/** What is kept of one release: enough to find it, to judge it, and to start it again without the run that made it. */
export const ReleaseRecord = Release.extend({
  slug: z.string(),
  commit: z.string(),
  status: z.enum(releaseStatuses),
  /** Port on this machine, and the one that the service is told (they differ for a container); absent: it listens on none. */
  port: z.number().int().optional(),
  insidePort: z.number().int().optional(),
  /** True when any free port does, so that another may be taken at a restart. */
  portIsFree: z.boolean(),
  /** Shell line of a process or command. */
  command: z.string().optional(),
  rollback: z.string().optional(),
  /** Shell line that tells whether a command's deploy happened. */
  probe: z.string().optional(),
  /** Id of the image that a container runs. */
  image: z.string().optional(),
  /** How it shows that it is well. */
  health: DeploySettings.shape.health,
  env: z.record(z.string(), z.string()),
  cluster: ClusterPlace.optional(),
  /** The lock under which it was deployed. */
  fence: Fence.optional(),
  /** Folder of the service inside the release's own folder. */
  directory: z.string(),
  /** Names the one instance that was started; another value means that it was restarted. */
  mark: z.string().optional(),
  reason: z.string().optional(),
  startedAt: z.string(),
});
export type ReleaseRecord = z.infer<typeof ReleaseRecord>;

export type TargetKind = ReleaseRecord['target'];

/** What people and flows get to see of a record. */
export function releaseOf(record: ReleaseRecord): Release {
  return Release.parse(record);
}

/** Short name of a release: safe in folder and container names, the same for the same key. */
export function releaseId(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
