import { tmpdir } from 'node:os';
import Dockerode from 'dockerode';
import { describe, expect, it } from 'vitest';
import { createSandboxes } from '../../../activities/sandbox/sandboxes.ts';
import { kindsHere } from '../../support/sandboxes.ts';

const docker = new Dockerode({ socketPath: '/nowhere/docker.sock' });
const here = await kindsHere();
const bubblewrap = here.find((each) => each.kind === 'bubblewrap')?.missing;

describe('choosing an isolation where no Docker daemon answers', () => {
  const sandboxes = createSandboxes({ home: tmpdir(), image: 'mainstay-sandbox:2', docker });

  it('refuses a plain process for a repository that is not trusted, and names the ways out', async () => {
    await expect(sandboxes.choose('process', false)).rejects.toMatchObject({
      type: 'IsolationUnavailable',
      message: expect.stringMatching(/Docker.*bubblewrap.*--trust/),
    });
  });

  it('fails when Docker is wished for', async () => {
    await expect(sandboxes.choose('docker', true)).rejects.toMatchObject({
      type: 'IsolationUnavailable',
      message: expect.stringContaining('no Docker daemon answers'),
    });
  });

  it('takes a plain process when it is wished for and trusted', async () => {
    expect((await sandboxes.choose('process', true)).driver.kind).toBe('process');
  });

  it.skipIf(bubblewrap !== undefined)('goes on with bubblewrap, and says why', async () => {
    const { driver, notices } = await sandboxes.choose('auto', false);
    expect(driver.kind).toBe('bubblewrap');
    expect(notices).toEqual([expect.stringContaining('docker is not used: no Docker daemon answers')]);
  });
});
