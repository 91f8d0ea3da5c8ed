import { homedir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { createBuilder } from '../activities/build/builder.ts';
import { createDeployer } from '../activities/deploy/deployer.ts';
import { createInstaller } from '../activities/install/prepare.ts';
import { createSourceReader } from '../activities/lib/source.ts';
import { createStageRunner } from '../activities/lib/stageRunner.ts';
import { createArtifactStore } from '../activities/lib/store.ts';
import { createWorkspaces } from '../activities/lib/workspaces.ts';
import { createLinter } from '../activities/lint/linter.ts';
import { createReporter } from '../activities/report/reporter.ts';
import { thisOwner } from '../activities/sandbox/owner.ts';
import { createSandboxes } from '../activities/sandbox/sandboxes.ts';
import { createSecurityScanner } from '../activities/security/scanner.ts';
import { createSourceAgent } from '../activities/source/sourceAgent.ts';
import { createTester } from '../activities/test/tester.ts';
import type { Config } from '../config/config.ts';
import type { Agent } from '../schemas/names.ts';

/** Every agent of this process, made from its settings: the one place where agents, drivers and stores meet. */
export function createAgents({ config, progress }: { config: Config; progress?(text: string): void }) {
  const { home, limits, sandboxImage } = config;
  const docker = new Docker();
  const store = createArtifactStore({ home });
  const sources = createSourceReader({ home });
  const workspaces = createWorkspaces({ home });
  const sandboxes = createSandboxes({ home, image: sandboxImage, docker, progress });
  const installer = createInstaller({ locks: join(home, 'locks') });
  const owner = thisOwner();
  const dockerConfig = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const runStage = createStageRunner({ home, owner, limits, store, sandboxes, installer, sources, workspaces });

  return {
    sandboxes,
    activities: {
      source: createSourceAgent({ sources }),
      lint: createLinter({ runStage }),
      test: createTester({ runStage }),
      build: createBuilder({ runStage, docker, imageDefaults: { runtime: sandboxImage, memoryBytes: limits.memoryBytes, dockerConfig } }),
      security: createSecurityScanner({ runStage, hostEnv: process.env }),
      deploy: createDeployer({ home, workspaces, docker }),
      report: createReporter({ home, store }),
    } satisfies Partial<Record<Agent, object>>,
  };
}
