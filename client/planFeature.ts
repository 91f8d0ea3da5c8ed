import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import type { z } from 'zod';
import type { Credentials } from '../repository/credentials.ts';
import { PlanFeatureRequest, PlanFeatureResult } from '../schemas/buildFeature.ts';
import { failure, failureMessage, failureType } from '../schemas/failures.ts';
import { contentWord, planFeatureId } from '../schemas/names.ts';
import { plainLine } from '../schemas/plainText.ts';
import { checkMind } from './checkMind.ts';
import { groundOf } from './featureGround.ts';
import { parseInput } from './parseInput.ts';
import { type Joined, startOrJoin } from './startOrJoin.ts';

export type PlanFeatureInput = z.input<typeof PlanFeatureRequest>;

/** A plan that can be asked for: its input with the commit that the ref means now, and the id of its run. */
export type PreparedPlan = { request: PlanFeatureRequest; slug: string; commit?: string; workflowId: string };

/** Checks an input and finds its commit, without a server. Fails with `InvalidInput` and the failures of `resolveRef`. */
export async function preparePlan(input: PlanFeatureInput, options: { credentials?: Credentials } = {}): Promise<PreparedPlan> {
  const asked = parseInput(PlanFeatureRequest, input);
  checkMind(asked);
  const { slug, ...found } = await groundOf(asked, options);
  const request = parseInput(PlanFeatureRequest, { ...asked, ...found });
  const { ref, mind, program } = request;
  const act = contentWord(request.request, found.commit ?? '', JSON.stringify({ ref, mind, program }));
  return { request, slug, commit: found.commit, workflowId: planFeatureId(slug, act) };
}

/** Starts a prepared plan, or joins the live one of the same words and commit. Its `workflowId` is the id of the plan. */
export async function startPlan(client: Client, { request, slug, commit, workflowId }: PreparedPlan): Promise<Joined> {
  const summary = `plan ${plainLine(request.request, 60)} (${slug})`;
  return await startOrJoin(client, { flow: 'planFeature', workflowId, request, slug, commit, phase: 'planning', summary });
}

/**
 * The plan that a run of `planFeature` made; undefined while it is still at it. Fails with `RunNotFound` for an id that is none, and with the
 * plan's own failure when it came to none.
 */
export async function readPlan(client: Client, id: string): Promise<PlanFeatureResult | undefined> {
  const handle = client.workflow.getHandle(id);
  const described = await handle.describe().catch((error: unknown) => {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  });
  if (described?.type !== 'planFeature') {
    throw failure(
      'RunNotFound',
      `no plan has the id ${plainLine(id, 200)}: make one with \`mainstay run develop --plan-only\` or POST /planner/plan`,
    );
  }
  if (described.status.name === 'RUNNING') return undefined;
  try {
    return PlanFeatureResult.parse(await client.workflow.getHandle(id, described.runId).result());
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const type = failureType(error);
    if (type !== undefined) throw failure(type, failureMessage(error));
    throw failure('RunFailed', `${id} ended without a plan (${plainLine(failureMessage(error))}): plan again`);
  }
}
