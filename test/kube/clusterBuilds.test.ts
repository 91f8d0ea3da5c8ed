import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createBuilder } from '../../activities/build/builder.ts';
import { failureType } from '../../schemas/failures.ts';
import { expectFailure } from '../support/failures.ts';
import { kubeIfThere, makeNamespace } from '../support/kube/namespaces.ts';
import { atSmallBench } from '../support/smallBench.ts';

const kube = kubeIfThere();
const digest = `sha256:${'d'.repeat(64)}`;
const Named = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.looseObject({}),
      status: z.looseObject({ phase: z.string().optional() }),
    }),
  ),
});

// The builders' own images are not run: what they would leave in their pod is written into it by the test.
describe.skipIf(!kube)('images built by a Job of a cluster (needs a control plane)', () => {
  if (!kube) return;
  const { cluster, kubeconfig } = kube;
  let namespace: string;
  beforeEach(async () => {
    namespace = await makeNamespace(cluster);
  });

  type Settings = Record<string, unknown>;
  const build = (settings: Settings = {}, signal?: AbortSignal) =>
    atSmallBench(
      { files: { 'app/Dockerfile': 'FROM scratch' }, signal, project: { dockerfiles: ['app/Dockerfile'] } },
      (runStage) => createBuilder({ runStage, access: { kubeconfig }, imageDefaults: { runtime: '', memoryBytes: 0 } }).buildArtifacts,
      { stage: { directory: 'app', with: { builder: 'kaniko', push: 'registry.example/shop', job: { namespace }, ...settings } } },
    );
  const list = async (collection: string) => Named.parse(await cluster.read(collection.replace('NS', namespace))).items;
  const jobs = () => list('/apis/batch/v1/namespaces/NS/jobs');
  const pods = () => list('/api/v1/namespaces/NS/pods');
  const endPod = async (exitCode: number, message: string) => {
    await expect.poll(async () => (await pods())[0]?.status.phase, { timeout: 20_000 }).toBe('Running');
    const [pod] = await pods();
    const terminated = { exitCode, message, reason: exitCode === 0 ? 'Completed' : 'Error' };
    const containerStatuses = [{ name: 'build', image: 'x', imageID: '', ready: false, restartCount: 0, state: { terminated } }];
    const body = { status: { phase: exitCode === 0 ? 'Succeeded' : 'Failed', containerStatuses } };
    const path = `/api/v1/namespaces/${namespace}/pods/${pod?.metadata.name}/status`;
    expect(await cluster.send({ method: 'PATCH', path, body, contentType: 'application/strategic-merge-patch+json' })).toMatchObject({
      status: 200,
    });
  };

  it.each([
    [
      'kaniko',
      digest,
      [
        '--context=git://example.test/acme/shop#refs/heads/main#',
        '--context-sub-path=app',
        '--digest-file=/dev/termination-log',
        'GIT_TOKEN',
      ],
    ],
    [
      'buildkit',
      `${digest}\n`,
      ['--opt=context=https://example.test/acme/shop#', ':app', '--opt=force-network-mode=none', 'GIT_AUTH_TOKEN'],
    ],
  ])('%s builds the commit, and the digest is the last word of its pod', async (builder, message, parts) => {
    const building = build({ builder, build_args: { VERSION: '1 2' }, job: { namespace, git_secret: 'git', push_secret: 'login' } });
    await endPod(0, message);
    const result = await building;
    expect(result).toMatchObject({
      passed: true,
      artifacts: [{ name: 'registry.example/shop:aaaaaaaaaaaa', kind: 'image', digest, reference: `registry.example/shop@${digest}` }],
    });
    const [job, ...others] = await jobs();
    expect(others).toEqual([]);
    for (const part of [...parts, 'VERSION=1 2', '"secretName":"login"', '"backoffLimit":0', '"automountServiceAccountToken":false'])
      expect(JSON.stringify(job?.spec)).toContain(part);
    // A worker that was killed before it could tell asks for the same again: the Job is found, not made twice.
    expect((await build({ builder, job: { namespace } })).artifacts).toEqual(result.artifacts);
    expect(await jobs()).toHaveLength(1);
  });

  it.each([
    [
      'says why a build failed',
      1,
      'error building image: COPY failed',
      'app/Dockerfile: kaniko failed',
      'exit code 1: error building image: COPY failed',
    ],
    ['does not believe a builder that names no digest', 0, 'done', 'ended without a digest', ''],
  ])('%s', async (_, exitCode, message, summary, detail) => {
    const building = build();
    await endPod(exitCode, message);
    const result = await building;
    expect(result).toMatchObject({ passed: false, artifacts: [], summary: expect.stringContaining(summary) as string });
    expect(result.summary).toContain(detail);
  });

  it('removes the Job and its pod when it is cancelled', async () => {
    const cancel = new AbortController();
    const building = build({}, cancel.signal).catch((error: unknown) => error);
    await expect.poll(async () => (await pods()).length, { timeout: 20_000 }).toBe(1);
    cancel.abort();
    expect(failureType(await building)).toBeUndefined();
    await expect.poll(jobs).toEqual([]);
    await expect.poll(pods, { timeout: 20_000 }).toEqual([]);
  });

  it.each([
    ['no registry', { push: undefined }, 'InvalidConfiguration', 'set with.push'],
    ['a context that the worker does not offer', { job: { context: 'prod' } }, 'NotAuthorized', 'prod'],
    ['a Dockerfile outside of the directory', { dockerfile: 'Dockerfile' }, 'InvalidConfiguration', 'outside'],
  ] as const)('refuses %s', async (_, settings, type, text) => {
    await expectFailure(build(settings), type, text);
    expect(await jobs()).toEqual([]);
  });

  it('is chosen by itself where no Docker daemon answers', async () => {
    const building = build({ builder: 'auto' });
    await endPod(0, digest);
    expect((await building).summary).toContain('built by kaniko');
  });
});
