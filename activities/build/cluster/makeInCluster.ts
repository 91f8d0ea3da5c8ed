import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import ms, { type StringValue } from 'ms';
import { failure } from '../../../schemas/failures.ts';
import type { BuildSettings } from '../../../schemas/settings.ts';
import type { ClusterAccess } from '../../lib/cluster/access.ts';
import { openCluster } from '../../lib/cluster/cluster.ts';
import type { Workbench } from '../../lib/workbench.ts';
import { commitTag, parseImageName } from '../image/name.ts';
import { type Made, shortDigest } from '../made.ts';
import type { ImageStep } from '../planBuild.ts';
import { jobTemplate } from './jobTemplate.ts';
import { runJob } from './runJob.ts';

type Making = { bench: Workbench; settings: BuildSettings; access?: ClusterAccess; step: ImageStep; builder: 'kaniko' | 'buildkit' };

/** Has the image of a Dockerfile built and pushed by a Job of a cluster, which clones the commit by itself. The digest is the builder's own word. */
export async function makeInCluster({ bench, settings, access = {}, step, builder }: Making): Promise<Made> {
  const { source, stage } = bench.task;
  const refuse = (problem: string) => failure('InvalidConfiguration', `stage ${stage.id}: ${problem}`);
  if (settings.push === undefined) throw refuse(`${builder} leaves an image in a registry only; set with.push`);
  if (!source.trusted || source.fork) {
    throw failure(
      'IsolationUnavailable',
      `stage ${stage.id}: a Job runs with this worker's rights in the cluster, and nobody vouched for ${source.slug}: start the run with --trusted`,
    );
  }
  if (!source.repository.startsWith('https://'))
    throw refuse(`a Job clones the commit by itself, and ${source.repository} cannot be reached from a cluster; give an https:// URL`);
  const dockerfile = posix.relative(step.context, step.dockerfile);
  if (dockerfile.startsWith('..'))
    throw refuse(`${step.dockerfile} lies outside the stage's directory ${step.context}, which is what the image is built from`);

  const { repository, tag = commitTag(source.commit, stage.matrix) } = parseImageName(settings.push);
  const destination = `${repository}:${tag}`;
  const name = `mainstay-build-${createHash('sha256').update(`${bench.task.effectKey}/${step.dockerfile}`).digest('hex').slice(0, 20)}`;
  const labels = { 'mainstay.slug': source.slug, 'mainstay.commit': source.commit, 'org.opencontainers.image.revision': source.commit };
  const job = jobTemplate({
    name, builder, repository: withoutLogin(source.repository), commit: source.commit, ref: source.branch ?? source.commit, context: step.context, dockerfile,
    destination, labels, settings, deadline: Math.ceil(ms(stage.timeout as StringValue) / 1000),
  }); // prettier-ignore
  const { namespace, context } = settings.job;
  const end = await runJob({ cluster: openCluster(access, context), job, namespace, name, signal: bench.signal, log: bench.log });
  if ('failed' in end) return { failed: `${step.dockerfile}: ${builder} failed (Job ${namespace}/${name}): ${end.failed}` };

  const digest = /sha256:[0-9a-f]{64}/.exec(end.message)?.[0];
  if (digest === undefined)
    return { failed: `${step.dockerfile}: ${builder} ended without a digest of what it pushed (Job ${namespace}/${name})` };
  bench.did(`${builder} built and pushed ${destination} (${digest})`);
  return {
    artifacts: [{ name: destination, kind: 'image', digest, reference: `${repository}@${digest}` }],
    said: [`image ${destination} (${shortDigest(digest)}) built by ${builder}`],
  };
}

function withoutLogin(repository: string): string {
  const url = new URL(repository);
  [url.username, url.password] = ['', ''];
  return url.href;
}
