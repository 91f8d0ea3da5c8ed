import { isCancellation } from '@temporalio/workflow';
import { peopleOf } from '../../schemas/accounts.ts';
import { askedInWords } from '../../schemas/askedNow.ts';
import { failure, failureMessage, failureType } from '../../schemas/failures.ts';
import type { Stage, StageResult, StageTask } from '../../schemas/stage.ts';
import { agentActivities } from './agents.ts';
import { effectsOf, rulesHash } from './approvalEffects.ts';
import { deployStage } from './deployStage.ts';
import { outlivingWorkers } from './retries.ts';
import { type StageContext, taskFor } from './stageTask.ts';

/** Takes one stage from its turn to its end and writes every step into its record. Throws only when cancelled. */
export async function runStage(context: StageContext, stage: Stage): Promise<void> {
  const { graph, state } = context;
  try {
    const skip = stage.leftOut ?? (stage.when === undefined ? undefined : await unmet(context, stage, stage.when));
    if (skip !== undefined) return graph.change(stage.id, { status: 'skipped', leftOut: true, reason: skip, endedAt: now() });

    if (stage.approval) await agreement(context, stage);
    graph.change(stage.id, { status: 'running', startedAt: now() });
    await (stage.agent === 'deploy' ? deployStage(context, stage) : workUntilGood(context, stage));
    state.checkpoint(stage.id);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const type = failureType(error) ?? 'Unexpected';
    const message = failureMessage(error);
    state.error(stage.id, error);
    graph.change(stage.id, { status: 'failed', reason: message, failure: { type, message }, endedAt: now() });
  }
}

/** Why the stage is left out when its condition does not hold. */
async function unmet({ request, plan, graph }: StageContext, stage: Stage, condition: string): Promise<string | undefined> {
  const { source } = agentActivities(request, { timeout: '1 minute', attempts: 3 });
  const results = Object.fromEntries(graph.records.map(({ id, status }) => [id, { status, passed: status === 'passed' }]));
  const holds = await source.evaluateCondition({ source: plan.source, event: request.event, stage, results });
  return holds ? undefined : `its condition does not hold: ${condition}`;
}

/** Waits for people's word on the stage. A refusal is a failure of the stage. */
async function agreement({ request, plan, graph, gate }: StageContext, stage: Stage): Promise<void> {
  const { slug, commit } = plan.source;
  const where = stage.environment ? ` to ${stage.environment}` : '';
  const question = {
    subject: stage.id,
    title: `${stage.agent} ${slug}@${commit.slice(0, 12)}${where}`,
    effects: effectsOf(
      plan,
      stage,
      stage.needs.flatMap((id) => graph.record(id).result?.artifacts ?? []),
    ),
    commit,
    rules: rulesHash(plan),
    within: request.decideWithin,
    onTimeout: request.onApprovalTimeout,
    steps: stage.approvers,
    people: peopleOf(plan.rules),
    agreedBy: request.approvedBy,
  };
  graph.change(stage.id, { status: 'awaitingApproval' });
  const outcome = await gate.ask(question);
  if (outcome.granted) return;
  if (outcome.expired) throw failure('ApprovalExpired', `not enough people agreed in time; missing: ${askedInWords(outcome.request)}`);
  throw failure('ApprovalDenied', `rejected by ${outcome.by}${outcome.comment ? `: ${outcome.comment}` : ''}`);
}

/** A bad outcome is tried again as often as the stage says; what fails and then passes on the same commit is flaky. */
async function workUntilGood(context: StageContext, stage: Stage): Promise<void> {
  const { graph, state } = context;
  const failedBefore = new Set<string>();
  for (let left = stage.retryOnFailure; ; left--) {
    const task = taskFor(context, stage);
    const result = await outlivingWorkers(
      () => work(context, stage, task),
      (error) => state.error(stage.id, error),
    );
    for (const { name } of result.tests?.failures ?? []) failedBefore.add(name);
    graph.change(stage.id, { result: withFlaky(result, failedBefore) });

    if (result.passed) return graph.change(stage.id, { status: 'passed', reason: undefined, endedAt: now() });
    state.error(stage.id, failure('RunFailed', `try ${task.iteration}: ${result.summary}`));
    if (left === 0) return graph.change(stage.id, { status: 'failed', reason: result.summary, endedAt: now() });
    graph.change(stage.id, { reason: `try ${task.iteration}: ${result.summary}; trying again` });
  }
}

function work({ request }: StageContext, stage: Stage, task: StageTask): Promise<StageResult> {
  const agents = agentActivities(request, stage);
  switch (stage.agent) {
    case 'lint':
      return agents.lint.lintCode(task);
    case 'test':
      return agents.test.runTests(task);
    case 'build':
      return agents.build.buildArtifacts(task);
    case 'security':
      return agents.security.scanSecurity(task);
    case 'deploy':
      throw failure('NotOffered', 'a deploy is not one step');
  }
}

function withFlaky(result: StageResult, failedBefore: ReadonlySet<string>): StageResult {
  if (!result.passed || !result.tests || failedBefore.size === 0) return result;
  const flaky = [...failedBefore];
  return { ...result, tests: { ...result.tests, flaky }, notices: [...result.notices, `flaky on this commit: ${flaky.join(', ')}`] };
}

function now(): string {
  return new Date().toISOString();
}
