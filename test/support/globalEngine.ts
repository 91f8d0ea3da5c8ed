import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { joinOrStartEngine } from '../../engine/engine.ts';
import { workflowBundle } from '../../workers/bundle.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the real Temporal server that all flow tests share. */
    engineAddress: string;
    /** The flows, bundled once. */
    bundlePath: string;
  }
}

/** Starts one real server and bundles the flows once, for all tests of the project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-engine-'));
  const engine = await joinOrStartEngine({
    home,
    profile: 'fast',
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    progress: () => undefined,
  });
  project.provide('engineAddress', engine.address);
  project.provide('bundlePath', (await workflowBundle({ cache: join(home, 'cache') })).codePath);
  return async () => {
    await engine.stop();
    await rm(home, { recursive: true, force: true });
  };
}
