import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import Docker from 'dockerode';
import { createController } from '../activities/control/controller.ts';
import { createGitHubAgent } from '../activities/github/agent.ts';
import { createGitHub } from '../activities/lib/github/client.ts';
import { createModel } from '../activities/lib/model/model.ts';
import { createGitHubAnnouncer } from '../activities/report/github/announcer.ts';
import { createMailer } from '../activities/report/mail/mailer.ts';
import { createSlackAnnouncer } from '../activities/report/slack/announcer.ts';
import { createReviewer } from '../activities/review/reviewer.ts';
import { failure } from '../schemas/failures.ts';
import { linkTo } from '../schemas/webUi.ts';
import { createBuilder } from '../activities/build/builder.ts';
import { createDeployer } from '../activities/deploy/deployer.ts';
import { createInstaller } from '../activities/lib/install/prepare.ts';
import { createCommits } from '../activities/lib/generated/createCommits.ts';
import { createSourceReader } from '../activities/lib/source.ts';
import { createStageRunner } from '../activities/lib/stageRunner.ts';
import { createArtifactStore } from '../activities/lib/store.ts';
import { createWorkspaces } from '../activities/lib/workspaces.ts';
import { createLinter } from '../activities/lint/linter.ts';
import { createFeatureReporter } from '../activities/report/feature/featureReporter.ts';
import { createReporter } from '../activities/report/reporter.ts';
import { thisOwner } from '../activities/sandbox/owner.ts';
import { createSandboxes } from '../activities/sandbox/sandboxes.ts';
import { createSecurityScanner } from '../activities/security/scanner.ts';
import { createGroundAgent } from '../activities/source/groundAgent.ts';
import { createSourceAgent } from '../activities/source/sourceAgent.ts';
import { createTester } from '../activities/test/tester.ts';
import type { Config } from '../config/config.ts';
import { createDevelopers } from './developers.ts';
import type { Agent } from '../schemas/names.ts';

export type AgentsRequest = {
  config: Config;
  /** For what only a client can ask of Temporal. */
  client: Client;
  /** Temporal's Web UI, for links; without a slash at the end. */
  uiUrl?: string;
  progress?(text: string): void;
};

/** Every agent of this process, made from its settings: the one place where agents, drivers and stores meet. */
export function createAgents({ config, client, uiUrl, progress }: AgentsRequest) {
  const { home, limits, sandboxImage, services } = config;
  const github = services.github && createGitHub(services.github);
  const credentials = github && ((repository: string) => github.gitAuthorization(repository));
  const access = services.cluster;
  const links = {
    run: (workflowId: string, runId: string) => linkTo({ uiUrl, namespace: client.options.namespace }, { workflowId, runId }),
  };
  const docker = new Docker();
  const store = createArtifactStore({ home });
  const sources = createSourceReader({ home, credentials, store });
  const workspaces = createWorkspaces({ home, credentials, store });
  const commits = createCommits({ home, store, credentials });
  const sandboxes = createSandboxes({ home, image: sandboxImage, docker, progress });
  const installer = createInstaller({ locks: join(home, 'locks') });
  const owner = thisOwner();
  const dockerConfig = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const runStage = createStageRunner({ home, owner, limits, store, sandboxes, installer, sources, workspaces });

  const githubAgent = createGitHubAgent({ github, sources });
  const lint = createLinter({ runStage });
  const test = createTester({ runStage });
  const security = createSecurityScanner({ runStage, hostEnv: process.env });
  const build = createBuilder({
    runStage,
    docker,
    access,
    imageDefaults: { runtime: sandboxImage, memoryBytes: limits.memoryBytes, dockerConfig },
  });
  const box = { home, owner, limits, store, sandboxes, installer, sources, workspaces, commits };
  const developers = createDevelopers({
    ...box,
    config,
    runStage,
    github,
    credentials,
    checks: { ...lint, ...test, ...security, ...build },
  });

  return {
    sandboxes,
    /** What runs in the flows' own worker, as local activities. */
    flowActivities: { ...createReporter({ home, store }), ...createFeatureReporter({ home, store }) },
    activities: {
      ...developers,
      source: { ...createSourceAgent({ sources }), ...createGroundAgent({ home, sources }) },
      control: createController({ client }),
      github: githubAgent,
      review: createReviewer({ sources, github: github && githubAgent, model: createModel(services.model) }),
      lint,
      test,
      build,
      security,
      deploy: createDeployer({ home, workspaces, docker, access }),
      report: {
        ...createGitHubAnnouncer({ github: github ?? notConfigured, store, links }),
        ...createSlackAnnouncer({ slack: services.slack, links, store }),
        ...createMailer({ mail: services.mail, links, store }),
      },
    } satisfies Record<Agent, object>,
  };
}

const notConfigured = {
  octokit: () =>
    Promise.reject(
      failure('NotConfigured', 'this worker does not know GitHub: set MAINSTAY_GITHUB_APP_ID and its key, or MAINSTAY_GITHUB_TOKEN'),
    ),
};
