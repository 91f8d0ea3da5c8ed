import type Dockerode from 'dockerode';
import ms, { type StringValue } from 'ms';
import { failure } from '../../schemas/failures.ts';
import type { StageTask } from '../../schemas/stage.ts';
import type { Deployer } from '../contracts.ts';
import type { ClusterAccess } from '../lib/cluster/access.ts';
import { defineEffect } from '../lib/effects.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import type { Workspaces } from '../lib/workspaces.ts';
import { passFence } from './fence.ts';
import { type ReleaseJob, deploySettings, environmentOf } from './job.ts';
import { openLedger } from './ledger.ts';
import { wantedImage } from './image.ts';
import { releaseOf, type TargetKind } from './record.ts';
import { createReleaser } from './releaser.ts';
import { createTargets } from './targets.ts';
import { watch } from './watch.ts';

export type DeployerParts = {
  home: string;
  workspaces: Pick<Workspaces, 'checkOut'>;
  /** Absent: this worker has no Docker. */
  docker?: Dockerode;
  /** How this worker reaches clusters; absent: its pod's own account, or `~/.kube/config`. */
  access?: ClusterAccess;
};

/** Puts releases into service on this machine, watches them, and takes them back. Each deploy happens exactly once per effect key. */
export function createDeployer({ home, workspaces, docker, access }: DeployerParts) {
  const targets = createTargets({ home, workspaces, docker, access });
  const releaser = createReleaser(targets);
  const deploy = defineEffect<ReleaseJob & { reason?: string }, Awaited<ReturnType<typeof releaser.apply>>>({
    name: 'deploy release',
    key: ({ key }) => key,
    probe: (job) => releaser.probe(job),
    apply: (job) => releaser.apply(job),
    compensate: (job) => releaser.compensate({ ...job, fence: job.task.fence, reason: job.reason ?? 'taken back' }),
  });

  const jobFor = async (task: StageTask, signal: AbortSignal): Promise<ReleaseJob> => {
    const settings = deploySettings(task);
    const ledger = openLedger(home, { slug: task.source.slug, environment: environmentOf(task) });
    const kind = settings.target === 'auto' ? await automatic(docker, { task, settings }) : settings.target;
    return { key: task.effectKey, kind, task, settings, ledger, signal };
  };

  return {
    deployRelease: async (task) => {
      return await whileHeartbeating(async (signal, progress) => {
        const job = await jobFor(task, signal);
        if (job.settings.health.url !== undefined && !task.source.trusted) {
          throw failure(
            'IsolationUnavailable',
            `Stage ${task.stage.id}: health.url is asked only for a trusted repository; start the run with --trusted`,
          );
        }
        if (task.source.fork) {
          throw failure('NotAuthorized', `Stage ${task.stage.id}: a commit of a fork is never deployed; merge it first`);
        }
        progress(`waiting for ${environmentOf(task)}\n`);
        return await job.ledger.locked(signal, async (lockSignal) => {
          await keepFence(job);
          progress(`deploying ${task.source.commit.slice(0, 12)} (${job.kind})\n`);
          const { repeated: _, ...release } = await deploy.perform({ ...job, signal: lockSignal });
          return release;
        });
      });
    },

    watchRelease: async ({ task, release }) => {
      return await whileHeartbeating(async (signal, progress) => {
        const settings = deploySettings(task);
        const record = await openLedger(home, { slug: task.source.slug, environment: release.environment }).record(release.key);
        if (!record) return { verdict: 'inconclusive', reason: 'this machine has no record of the release', probes: 0, failed: 0 };
        const span = (text: string) => ms(text as StringValue);
        return await watch(targets, {
          record,
          window: span(settings.watch.window ?? task.rules.watch.window),
          interval: span(settings.watch.interval ?? task.rules.watch.interval),
          tolerate: settings.watch.tolerate,
          signal,
          progress,
        });
      });
    },

    rollBackRelease: async ({ task, reason }) => {
      return await whileHeartbeating(async (signal) => {
        const job = await jobFor(task, signal);
        return await job.ledger.locked(signal, async (lockSignal) => {
          await keepFence(job);
          await deploy.undo({ ...job, signal: lockSignal, reason });
          const record = await job.ledger.record(job.key);
          const { current } = await job.ledger.state();
          const restored = current === undefined ? undefined : await job.ledger.record(current);
          const undone = record?.status === 'undone';
          return { restored: undone && restored ? releaseOf(restored) : undefined, undone };
        });
      });
    },
  } satisfies Deployer;
}

/** Remembers the token of the job's lock, or refuses a holder that was replaced. The caller holds the environment's own lock. */
async function keepFence({ ledger, task }: ReleaseJob): Promise<void> {
  if (task.fence === undefined) return;
  const state = await ledger.state();
  await ledger.setState({ ...state, fences: { ...passFence(state.fences, task.fence) } });
}

async function automatic(docker: Dockerode | undefined, wanted: Pick<ReleaseJob, 'task' | 'settings'>): Promise<TargetKind> {
  if (!docker || !wantedImage(wanted)) return 'process';
  return await docker.ping().then(
    () => 'docker' as const,
    () => 'process' as const,
  );
}
