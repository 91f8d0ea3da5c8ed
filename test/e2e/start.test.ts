import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Installation, openInstallation } from '../support/installation.ts';

const open: { installation?: Installation } = {};
beforeAll(async () => {
  open.installation = await openInstallation();
});
afterAll(() => open.installation?.close());

test('the main job goes to a healthy local process on a machine without a Docker daemon, and says what it did without', async () => {
  const nowhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  const { code, stdout, stderr } = await open.installation!.run(['start', '--once', '--yes'], nowhere);
  expect(stdout + stderr).toMatch(/deploy +passed/);
  expect(stdout + stderr).toContain('no Docker daemon answers');
  expect(stdout + stderr).toMatch(/isolation in force: (bubblewrap|process)/);
  expect(code).toBe(0);
}, 180_000);
