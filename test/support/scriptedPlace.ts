import type { Client } from '@temporalio/client';
import { expect } from 'vitest';
import { prepareBuild, startBuild } from '../../client/buildFeature.ts';
import type { BuildFeatureInput, BuildFeatureResult, TaskRecord } from '../../schemas/buildFeature.ts';
import type { FailureClass } from '../../schemas/debugFailure.ts';
import { stateQuery } from '../../workflows/messages.ts';
import { openInstallation } from './installation.ts';
import { openModelServer } from './openModelServer.ts';
import { type Feature, scriptedModel } from './scriptedModel.ts';
import { standingRepository } from './standingRepository.ts';

/** `mainstay up` with a scripted model on a real port, and a repository of these files. */
export async function openScriptedPlace(features: readonly Feature[], files: Readonly<Record<string, string>>) {
  const installation = await openInstallation();
  const server = await openModelServer(scriptedModel(features));
  const repository = await standingRepository(files);
  const { model, key = '', url = '' } = server.settings('openai');
  const environment = { MODEL_NAME: model, OPENAI_API_KEY: key, MAINSTAY_MODEL_URL: url, MAINSTAY_MODEL_PRICES: `${model}=1/2` };
  await installation.start(['up'], /Workers {3}ready/, environment);
  const { client, close } = await installation.client();

  return {
    repository,
    /** Starts a build of a scripted feature, fully autonomous. */
    build: (name: string, input: Partial<BuildFeatureInput> = {}) =>
      startOne(client, { request: `[${name}] please`, repository: repository.path, autonomy: 'full', ...input }),
    async close() {
      await close();
      await installation.close();
      await server.close();
      await repository.close();
    },
  };
}
export type ScriptedPlace = Awaited<ReturnType<typeof openScriptedPlace>>;

async function startOne(client: Client, input: BuildFeatureInput) {
  const { workflowId } = await startBuild(client, await prepareBuild(input));
  const handle = client.workflow.getHandle(workflowId);
  return {
    workflowId,
    handle,
    result: () => handle.result() as Promise<BuildFeatureResult>,
    /** Waits until the build's task holds. */
    async until(holds: (task: TaskRecord | undefined) => boolean) {
      const look = async () => holds((await handle.query(stateQuery)).partial_results['t1'] as TaskRecord | undefined);
      await expect.poll(look, { timeout: 120_000, interval: 200 }).toBe(true);
    },
  };
}

/** The kinds of failures that a build's debug branches found. */
export function classesOf({ tasks }: BuildFeatureResult): FailureClass[] {
  return tasks.flatMap(({ debug }) => debug.flatMap(({ attempts }) => attempts.map((attempt) => attempt.class)));
}
