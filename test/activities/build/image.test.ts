import Docker from 'dockerode';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createBuilder } from '../../../activities/build/builder.ts';
import { registryProgram, startRegistry } from '../../support/registry.ts';
import { atSmallBench, type SmallBench, type TaskChange } from '../../support/smallBench.ts';

const docker = new Docker();
const runtime = process.env.MAINSTAY_SANDBOX_IMAGE ?? 'mainstay-sandbox:2';
const missing = await docker.getImage(runtime).inspect().then(
  () => '',
  (error: unknown) => ` (skipped: no Docker daemon with the image ${runtime}: ${String(error).slice(0, 60)})`,
); // prettier-ignore
const registry = await registryProgram();
const noRegistry = missing || (registry === undefined ? ' (skipped: no registry program; set MAINSTAY_REGISTRY_BIN)' : '');

const slug = `Test/Image-${process.pid}`;
const dockerfile = 'ARG MAINSTAY_RUNTIME=node:24-slim\nFROM ${MAINSTAY_RUNTIME}\nCOPY . /app\n';

function build(files: Record<string, string>, change: TaskChange = {}, signal?: AbortSignal) {
  const bench: SmallBench = { files, signal, project: { dockerfiles: ['Dockerfile'] } };
  const imageDefaults = { runtime, memoryBytes: 2 ** 30 };
  return atSmallBench(bench, (runStage) => createBuilder({ runStage, docker, imageDefaults }).buildArtifacts, { slug, ...change });
}

function removeLater(name: string): void {
  onTestFinished(async () => {
    await docker
      .getImage(name)
      .remove({ force: true })
      .catch(() => undefined);
  });
}

test.skipIf(missing)(`a Dockerfile is built from what can be had, tagged and labelled with its commit${missing}`, async () => {
  const name = `mainstay/test/image-${process.pid}:aaaaaaaaaaaa`;
  removeLater(name);
  const result = await build({ Dockerfile: dockerfile, 'a.txt': 'hello', '.dockerignore': 'b.txt', 'b.txt': '' });
  expect(result).toMatchObject({ passed: true, artifacts: [{ name, kind: 'image', reference: name }] });
  const image = await docker.getImage(name).inspect();
  expect(result.artifacts[0]?.digest).toBe(image.Id);
  expect(image.Config.Labels).toMatchObject({ 'mainstay.slug': slug, 'mainstay.commit': 'a'.repeat(40) });
  expect(result.text).toContain('COPY . /app');

  const again = await build({ Dockerfile: dockerfile, 'a.txt': 'hello', '.dockerignore': 'b.txt', 'b.txt': '' });
  expect(again.artifacts).toEqual(result.artifacts);
});

const failures = [
  {
    title: 'a step that fails',
    line: 'RUN echo broken >&2; exit 7',
    says: /^Dockerfile: .*returned a non-zero code: 7 \(RUN steps have no network/,
  },
  { title: 'a step that looks for the network', line: 'RUN getent hosts example.com || exit 9', says: /non-zero code: 9/ },
  { title: 'a line that is none', line: 'RUNN x', says: /^Dockerfile: .*unknown instruction: RUNN/i },
];
test.skipIf(missing).each(failures)(`$title ends the build with the daemon's words${missing}`, async ({ line, says }) => {
  const result = await build({ Dockerfile: `${dockerfile}${line}\n` });
  expect(result.summary).toMatch(says);
  expect(result).toMatchObject({ passed: false, artifacts: [] });
});

test.skipIf(missing)(`a cancelled build leaves nothing running in the daemon${missing}`, async () => {
  const cancel = new AbortController();
  const mark = `sleep 3${process.pid}`;
  const building = build({ Dockerfile: `${dockerfile}RUN ${mark}\n` }, {}, cancel.signal);
  const refused = expect(building).rejects.toThrow('stop');
  const running = async () => (await docker.listContainers()).filter(({ Command }) => Command.includes(mark)).length;
  await vi.waitUntil(async () => (await running()) === 1, { timeout: 20_000 });
  cancel.abort(new Error('stop'));
  await refused;
  await vi.waitUntil(async () => (await running()) === 0, { timeout: 20_000 });
});

test.skipIf(missing)(`files that own commands leave reach the image when they are kept${missing}`, async () => {
  const name = `mainstay/test/image-${process.pid}:aaaaaaaaaaaa`;
  removeLater(name);
  const stage = { run: ['mkdir dist && echo made > dist/app.txt'], with: { artifacts: ['dist/**'] } };
  const result = await build({ Dockerfile: `${dockerfile}RUN grep made /app/dist/app.txt\n` }, { stage });
  expect(result).toMatchObject({ passed: true, artifacts: [{ name: 'dist/app.txt' }, { name }] });
});

test.skipIf(noRegistry)(`a pushed image is referred to by the registry's digest, the same after a second push${noRegistry}`, async () => {
  const host = await startRegistry(registry ?? '');
  const push = `${host}/acme/shop`;
  removeLater(`mainstay/test/image-${process.pid}:aaaaaaaaaaaa`);
  removeLater(`${push}:aaaaaaaaaaaa`);
  const files = { Dockerfile: 'FROM scratch\nCOPY a.txt /\n', 'a.txt': 'hello' };
  const first = await build(files, { stage: { with: { push } } });
  const second = await build(files, { stage: { with: { push } } });
  expect(first).toMatchObject({ passed: true, summary: expect.stringContaining(`pushed to ${push}:aaaaaaaaaaaa`) as string });
  expect(second.artifacts).toEqual(first.artifacts);
  const manifest = await fetch(`http://${host}/v2/acme/shop/manifests/aaaaaaaaaaaa`, {
    headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
  });
  expect(first.artifacts[0]?.reference).toBe(`${push}@${manifest.headers.get('docker-content-digest')}`);
});

test.skipIf(missing)(`a registry that does not answer fails the stage${missing}`, async () => {
  removeLater(`mainstay/test/image-${process.pid}:aaaaaaaaaaaa`);
  const result = await build({ Dockerfile: 'FROM scratch\nCOPY Dockerfile /\n' }, { stage: { with: { push: 'localhost:9/acme/shop' } } });
  removeLater('localhost:9/acme/shop:aaaaaaaaaaaa');
  expect(result).toMatchObject({
    passed: false,
    summary: expect.stringMatching(/^push to localhost:9\/acme\/shop:a{12}: .*refused/) as string,
  });
});
