import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, joinOrStartEngine } from '../../engine/engine.ts';
import { findTemporalCli } from '../../engine/locate.ts';
import { makeRepository } from '../support/gitRepository.ts';
import { type Installation, openInstallation } from '../support/installation.ts';
import { outcomes, viewOf } from '../support/views.ts';

// The engine lives in a home of its own; whoever works here reaches it by its address alone.
const open: { installation?: Installation; engine?: Engine; engineHome?: string } = {};
beforeAll(async () => {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-engine-'));
  open.engineHome = home;
  open.engine = await joinOrStartEngine({ home, profile: 'fast', env: { PATH: process.env.PATH }, progress: () => undefined });
  open.installation = await openInstallation();
});
afterAll(async () => {
  await open.installation?.close();
  await open.engine?.stop();
  if (open.engineHome) await rm(open.engineHome, { recursive: true, force: true });
});

const serving = /serving /;
const there = () => ({ TEMPORAL_ADDRESS: open.engine!.address });

async function repositoryWith(stages: Record<string, unknown>): Promise<string> {
  const repository = await makeRepository();
  await repository.commit({ 'pipeline.json': JSON.stringify({ pipeline: { stages } }) });
  return repository.path;
}

/** Temporal's own command line, at the engine's address. */
async function temporal(...args: string[]): Promise<string> {
  const { found } = await findTemporalCli({ home: open.engineHome!, env: process.env });
  const { stdout } = await execa(found!.path, [...args, '--address', open.engine!.address]);
  return stdout;
}

function startBare(id: string, input: unknown): Promise<string> {
  const where = ['--type', 'runPipeline', '--task-queue', 'orchestration', '--workflow-id', id];
  return temporal('workflow', 'start', ...where, '--input', JSON.stringify(input));
}

test('workers of single agents serve their own queues of a server elsewhere; a stage that nobody serves waits and is told', async () => {
  const installation = open.installation!;
  const path = await repositoryWith({ lint: { run: 'true' }, test: { run: 'true', needs: 'lint' } });
  await installation.start(['worker', '--flows', '--agents', 'source,report'], serving, there());
  await installation.start(['worker', '--agents', 'lint'], /serving agent-lint at /, there());
  const begun = ['run', 'pipeline', path, '--trust', '--set', 'isolation=process', '--detach', '--json'];
  const { workflowId } = viewOf(await installation.run(begun, there()));

  const show = async () => (await installation.run(['show', workflowId], there())).stdout;
  await expect.poll(show, { timeout: 20_000 }).toContain('waits for a worker that serves test');
  expect(await show()).toMatch(/✔ lint +\S+ +true: no findings/);

  await installation.start(['worker', '--agents', 'test,build,security,deploy'], serving, there());
  const ended = viewOf(await installation.run(['watch', workflowId, '--json'], there()));
  expect(outcomes(ended)).toEqual({ lint: 'passed', test: 'passed' });
  expect(existsSync(join(installation.home, 'engine', 'engine.json')), 'an engine of its own').toBe(false);
}, 120_000);

test('a run that Temporal’s own command line starts with a repository alone goes to its end', async () => {
  const path = await repositoryWith({ lint: { run: 'true' } });
  await startBare('bare/good', { repository: path, trusted: true, isolation: 'process' });
  const view = viewOf(await open.installation!.run(['watch', 'bare/good', '--json'], there()));
  expect(view).toMatchObject({ workflowId: 'bare/good', status: 'passed', repository: expect.stringMatching(/^local\/shop-/) });
  expect(await temporal('workflow', 'describe', '--workflow-id', 'bare/good')).toMatch(/COMPLETED/);
});

const badInputs = [
  { input: {}, says: 'repository: name a path, or a file:// or https:// URL' },
  { input: { repository: '/shop', isolation: 'dockr' }, says: 'isolation: Invalid option: expected one of "auto"' },
  { input: { repository: '/shop', trustd: true }, says: 'unknown input trustd; did you mean "trusted"?' },
  { input: { repository: '/nowhere' }, type: 'RepositoryNotFound', says: '/nowhere does not exist', exit: 4 },
];
test.each(badInputs)('a bare start with $input fails at once: $says', async ({ input, says, type = 'InvalidInput', exit = 2 }) => {
  const id = `bare/${JSON.stringify(input).replace(/\W+/g, '-')}`;
  await startBare(id, input);
  const view = viewOf(await open.installation!.run(['watch', id, '--json'], there()), exit);
  expect(view).toMatchObject({ status: 'failed', stages: [], failure: { type, message: expect.stringContaining(says) } });
  expect(Date.parse(view.endedAt ?? '') - Date.parse(view.startedAt)).toBeLessThan(5000);
});
