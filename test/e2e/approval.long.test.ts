import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findTemporalCli } from '../../engine/locate.ts';
import { counts } from '../support/countedService.ts';
import { makeRepository } from '../support/gitRepository.ts';
import { type Installation, openInstallation } from '../support/installation.ts';
import { outcomes, processesWith, viewOf } from '../support/views.ts';

const open: { installation?: Installation } = {};
beforeAll(async () => {
  open.installation = await openInstallation();
  await open.installation.start(['worker'], /serving /);
});
afterAll(() => open.installation?.close());

type Stages = Record<string, unknown>;

/** Starts a run of these stages and leaves it; answers its workflow id. */
async function begin(installation: Installation, stages: Stages): Promise<string> {
  const repository = await makeRepository();
  await repository.commit({
    'pipeline.json': JSON.stringify({ pipeline: { stages } }),
    'project.yml': 'environments: { production: { protected: true } }\nwatch: { window: 1 second, interval: 200ms }\n',
  });
  const args = ['run', 'pipeline', repository.path, '--trust', '--set', 'isolation=process', '--detach', '--json'];
  return viewOf(await installation.run(args)).workflowId;
}

/** A deploy to the protected environment that writes into a ledger; answers run and ledger once a person is asked. */
async function beginDeploy(installation: Installation, name: string): Promise<{ id: string; ledger: string }> {
  const ledger = join(installation.home, `ledger-${name}`);
  const deploy = {
    environment: 'production',
    with: { target: 'command', start: `echo deployed >> ${ledger}`, health: { none: true } },
  };
  const id = await begin(installation, { deploy });
  const waiting = async () => (await approvals(installation)).map(({ workflowId }) => workflowId);
  await expect.poll(waiting, { timeout: 20_000 }).toContain(id);
  return { id, ledger };
}

type Waiting = { workflowId: string; repository: string; request: { id: string; effects: string[]; digest: string } };

async function approvals(installation: Installation): Promise<Waiting[]> {
  return JSON.parse((await installation.run(['approvals', '--json'])).stdout) as Waiting[];
}

describe('a protected environment', () => {
  test('waits for a person, is listed with what would happen, and is deployed to once they approve', async () => {
    const installation = open.installation!;
    const { id, ledger } = await beginDeploy(installation, 'approve');
    const asked = (await approvals(installation)).find(({ workflowId }) => workflowId === id);
    expect(asked?.request).toMatchObject({
      id: 'deploy/1',
      title: expect.stringMatching(/^deploy local\/shop-.*@[0-9a-f]{12} to production$/),
    });
    // By content: the target's settings and the files that its command reads.
    expect(asked?.request.effects).toEqual([
      expect.stringMatching(/^deploy local\/shop-\S+ to production$/),
      expect.stringMatching(/^settings [0-9a-f]{64}$/),
      expect.stringMatching(/^files [0-9a-f]{40}$/),
    ]);
    expect(existsSync(ledger)).toBe(false);

    const watch = installation.run(['watch', id]);
    const approve = await installation.run(['approve', id, '--as', 'Kim', '--comment', 'looks good']);
    expect(approve).toMatchObject({ code: 0, stdout: 'deploy/1 approved\n' });
    const { code, stdout } = await watch;
    expect(stdout).toMatch(/passed: local\/shop-/);
    expect(code).toBe(0);
    expect(await counts(ledger)).toEqual({ deployed: 1 });
    const late = await installation.run(['reject', id]);
    expect(late.code).toBe(15);
    expect(late.stderr).toContain('has ended (passed)');
  });

  test('takes the plain signal of Temporal’s own command line for an agreement', async () => {
    const installation = open.installation!;
    const { id, ledger } = await beginDeploy(installation, 'signal');
    const { found } = await findTemporalCli({ home: installation.home, env: process.env });
    const { address } = await installation.engineState();
    const input = JSON.stringify({ by: 'Kim' });
    await execa(found!.path, ['workflow', 'signal', '--workflow-id', id, '--name', 'approve', '--input', input, '--address', address]);
    expect(outcomes(viewOf(await installation.run(['watch', id, '--json'])))).toEqual({ deploy: 'passed' });
    expect(await counts(ledger)).toEqual({ deployed: 1 });
  });

  test('is left alone when a person rejects: watch ends with exit code 13 and names them', async () => {
    const installation = open.installation!;
    const { id, ledger } = await beginDeploy(installation, 'reject');
    expect((await installation.run(['reject', id, '--as', 'Kim', '--comment', 'not on a Friday'])).stdout).toBe('deploy/1 rejected\n');
    const { code, stdout } = await installation.run(['watch', id]);
    expect(stdout).toMatch(/✖ deploy +failed.*: rejected by Kim: not on a Friday/);
    expect(code).toBe(13);
    expect(existsSync(ledger)).toBe(false);
  });
});

describe('a live run', () => {
  test('starts nothing new while paused, and goes on when resumed', async () => {
    const installation = open.installation!;
    const gate = join(installation.home, 'gate');
    const waits = `touch ${gate}-seen; while [ ! -e ${gate} ]; do sleep 0.1; done`;
    const id = await begin(installation, { lint: { run: waits }, test: { run: 'true', needs: 'lint' } });
    await expect.poll(() => existsSync(`${gate}-seen`), { timeout: 20_000 }).toBe(true);
    expect((await installation.run(['pause', id])).stdout).toBe(`${id} is paused\n`);
    await writeFile(gate, '');

    const look = async () => viewOf(await installation.run(['show', id, '--json']));
    await expect.poll(async () => outcomes(await look()).lint, { timeout: 20_000 }).toBe('passed');
    expect(await look()).toMatchObject({ paused: true, status: 'running', stages: [{ id: 'lint' }, { id: 'test', status: 'pending' }] });

    expect((await installation.run(['resume', id])).code).toBe(0);
    expect(outcomes(viewOf(await installation.run(['watch', id, '--json'])))).toEqual({ lint: 'passed', test: 'passed' });
  });

  test('ends when it is cancelled: exit code 1, the rest not started, no process left', async () => {
    const installation = open.installation!;
    const marker = `600.${process.pid}`;
    const id = await begin(installation, { lint: { run: `sleep ${marker} & sleep ${marker}` }, test: { run: 'true', needs: 'lint' } });
    await expect.poll(() => processesWith(marker), { timeout: 20_000 }).not.toEqual([]);

    const watch = installation.run(['watch', id]);
    expect((await installation.run(['cancel', id])).stdout).toBe(`${id} is being cancelled\n`);
    const { code, stdout } = await watch;
    expect(stdout).toMatch(/^cancelled: local\/shop-/m);
    expect(stdout).toMatch(/■ lint +cancelled[^]*■ test +cancelled/);
    expect(code).toBe(1);
    expect(await processesWith(marker)).toEqual([]);
    expect(viewOf(await installation.run(['show', id, '--json']))).toMatchObject({ status: 'cancelled' });
  });
});
