import { peopleOf } from '../../schemas/accounts.ts';
import type { Release } from '../../schemas/deploy.ts';
import { failure } from '../../schemas/failures.ts';
import type { Fence } from '../../schemas/locks.ts';
import type { Stage } from '../../schemas/stage.ts';
import { agentActivities } from './agents.ts';
import { rulesHash } from './approvalEffects.ts';
import { outlivingWorkers } from './retries.ts';
import { type StageContext, taskFor } from './stageTask.ts';
import { undoOnFailure } from './undo.ts';

/** Takes the environment's lock, deploys, watches, and goes back to the release before when the new one does not stay healthy. */
export async function deployStage(context: StageContext, stage: Stage): Promise<void> {
  const { request, graph, locks } = context;
  if (stage.lock === undefined) return await release(context, stage);

  graph.change(stage.id, { status: 'awaitingLock', reason: `waiting for ${stage.lock}` });
  const wish = {
    resources: [stage.lock],
    step: `${stage.id}/${graph.record(stage.id).iteration + 1}`,
    waitTimeout: request.lockWait,
    lease: request.lockLease,
    workerWait: request.workerWait,
    purpose: purposeOf(context, stage),
  };
  await locks.holdingLocks(wish, async ([fence]) => {
    graph.change(stage.id, { status: 'running', reason: undefined });
    await release(context, stage, fence);
  });
}

async function release(context: StageContext, stage: Stage, fence?: Fence): Promise<void> {
  const { request, graph, state } = context;
  const { deploy } = agentActivities(request, stage);
  const task = { ...taskFor(context, stage), fence };
  const patiently = <T>(step: () => Promise<T>) => outlivingWorkers(step, (error) => state.error(stage.id, error));

  await undoOnFailure(async (undo) => {
    // Registered first: the deploy may have happened even if its result never reached us.
    undo(() => patiently(() => deploy.rollBackRelease({ task, reason: graph.record(stage.id).reason ?? 'the deploy failed' })));
    const deployed = await patiently(() => deploy.deployRelease(task));
    graph.change(stage.id, { release: deployed, reason: 'watching' });
    state.checkpoint(`${stage.id}: deployed`);

    const health = await patiently(() => deploy.watchRelease({ task, release: deployed }));
    graph.change(stage.id, { reason: health.reason });
    if (health.verdict === 'inconclusive') await keepAnyway(context, stage, deployed, health.reason);
    if (health.verdict === 'fail') throw failure('UnhealthyRelease', `${health.reason}; rolled back`);
  });
  graph.change(stage.id, { status: 'passed', endedAt: new Date().toISOString() });
}

function purposeOf({ plan }: StageContext, stage: Stage): string {
  return `${stage.id} of ${plan.source.slug}@${plan.source.commit.slice(0, 12)}`;
}

/** A watch that could not tell leaves the choice to a person; nobody's answer, or nobody to ask, takes the release back. */
async function keepAnyway({ request, plan, gate, graph }: StageContext, stage: Stage, release: Release, reason: string): Promise<void> {
  const question = {
    subject: `${stage.id}-keep`,
    title: `keep ${plan.source.slug}@${plan.source.commit.slice(0, 12)} on ${release.environment}, whose health is unknown`,
    effects: [`keep ${release.digest} on ${release.environment} although its health is unknown: ${reason}`],
    commit: plan.source.commit,
    rules: rulesHash(plan),
    within: request.decideWithin,
    onTimeout: 'reject' as const,
    steps: keepers(stage.approvers),
    people: peopleOf(plan.rules),
    once: true,
  };
  if (request.approvedBy !== undefined) throw failure('UnhealthyRelease', `health unknown: ${reason}; rolled back`);
  graph.change(stage.id, { status: 'awaitingApproval' });
  const outcome = await gate.ask(question);
  if (!outcome.granted) throw failure('UnhealthyRelease', `health unknown: ${reason}; not kept (${outcome.by}); rolled back`);
  graph.change(stage.id, { status: 'running' });
}

/** Any one of those who agree to such deploys may say that the release stays: it is there already, and somebody must be quick. */
function keepers(approvers: Stage['approvers'] | undefined): Stage['approvers'] {
  if (!approvers?.length) return [];
  const open = approvers.some(({ members }) => members.length === 0);
  const members = open ? [] : approvers.flatMap((step) => step.members);
  const different = members.filter(({ name }, i) => members.findIndex((other) => other.name === name) === i);
  return [{ role: approvers.map(({ role }) => role).join(' or '), members: different, quorum: 1 }];
}
