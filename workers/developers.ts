import { join } from 'node:path';
import { createArchitect } from '../activities/architect/architect.ts';
import { createCoder } from '../activities/coder/coder.ts';
import type { CoderDeps } from '../activities/coder/deps.ts';
import type { Builder, Linter, SecurityScanner, Tester } from '../activities/contracts.ts';
import { createDebugger } from '../activities/debugger/debugger.ts';
import type { GitHub } from '../activities/lib/github/client.ts';
import { createModel } from '../activities/lib/model/model.ts';
import { createProgramRunner } from '../activities/lib/programs/program.ts';
import { createSecretFinder } from '../activities/lib/secrets.ts';
import { templates } from '../activities/lib/templates/list.ts';
import type { StageRunner } from '../activities/lib/workbench.ts';
import { createModelAgent } from '../activities/model/modelAgent.ts';
import { createPlanner } from '../activities/planner/planner.ts';
import { createPublisher } from '../activities/publisher/publisher.ts';
import { createProver } from '../activities/tester/prover.ts';
import { createTestWriter } from '../activities/tester/writeTests.ts';
import type { Config } from '../config/config.ts';
import type { Credentials } from '../repository/credentials.ts';
import type { developAgents } from '../schemas/names.ts';

type Parts = Omit<CoderDeps, 'findSecrets'> & {
  config: Config;
  runStage: StageRunner;
  github?: GitHub;
  credentials?: Credentials;
  /** The pipeline's agents, whose work a proof needs. */
  checks: Linter & Tester & SecurityScanner & Builder;
};

/** The agents of the develop flow, made from the same parts as the pipeline's. */
export function createDevelopers({ config, runStage, github, credentials, checks, ...parts }: Parts) {
  const { store, sources, commits, home } = parts;
  const { services, programs } = config;
  const model = createModel(services.model);
  const thinking = { model, store, sources, templates };
  // Loaded when the first step needs it: its rules take a moment, and most workers never write code.
  const finder: { ready?: ReturnType<typeof createSecretFinder> } = {};
  const findSecrets: CoderDeps['findSecrets'] = async (content, path) =>
    await (
      await (finder.ready ??= createSecretFinder({ scratch: join(home, 'scratch') }))
    )(content, path);

  return {
    planner: createPlanner(thinking),
    architect: createArchitect(thinking),
    coder: createCoder({ ...parts, findSecrets, runProgram: createProgramRunner({ settings: programs, prices: services.model?.prices }) }),
    tester: { ...createTestWriter({ ...thinking, commits }), ...createProver({ ...checks, commits, sources, store, runStage }) },
    debugger: createDebugger({ runTests: checks.runTests, commits, sources, store }),
    model: createModelAgent({ model, store }),
    publisher: createPublisher({ commits, sources, store, github, credentials }),
  } satisfies Record<(typeof developAgents)[number], object>;
}
