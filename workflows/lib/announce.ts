import { ActivityFailure, ApplicationFailure } from '@temporalio/common';
import { CancellationScope, condition, getExternalWorkflowHandle, isCancellation, log, workflowInfo } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import type { Announcer } from '../../activities/contracts.ts';
import type { PipelinePlan, PipelineRequest, PipelineResult } from '../../schemas/runPipeline.ts';
import { failureMessage, failureType } from '../../schemas/failures.ts';
import type { RunNews } from '../../schemas/runNews.ts';
import type { Stage } from '../../schemas/stage.ts';
import { runProgressedSignal } from '../messages.ts';
import { announcers } from './agents.ts';
import { deploymentStatusOf } from './deploymentStatus.ts';
import { newsOf, newsOfRefusal } from './runNews.ts';
import type { StageGraph } from './stageGraph.ts';
import type { StateTracker } from './state.ts';

type Run = { request: PipelineRequest; plan: PipelinePlan; graph: StageGraph; state: StateTracker<string, unknown> };
type Channel = keyof Announcer & ('showOnGitHub' | 'showInSlack' | 'sendMail');

// A long run changes often: after each twenty updates a channel is updated half as often.
const updatesPerPace = 20;

/**
 * Tells people outside how the run stands, as it changes, until `finish`. Each place is told alone and one state at a time, so that one that is
 * away or slow holds up neither the run nor the others; states that pass meanwhile are left out. A run that nobody asked to hear of costs nothing.
 */
export function announce(run: Run): { finish(result: PipelineResult): Promise<void> } {
  const end: { result?: PipelineResult } = {};
  const told = CancellationScope.nonCancellable(() =>
    Promise.all([...channelsOf(run).map((channel) => follow(run, channel, end)), ...(workflowInfo().parent ? [tellParent(run, end)] : [])]),
  );
  // Whoever waits hears of it in `finish`; until then a failure here must not end the run.
  told.catch(() => undefined);
  return {
    async finish(result) {
      end.result = result;
      await told;
    },
  };
}

function channelsOf({ request, plan }: Run): Channel[] {
  // A push to a branch that the rules do not name: that nothing ran is no news, least of all good news.
  if (plan.stages.length === 0 && request.event === 'push') return [];
  const { notify } = plan.rules;
  // Runs that an earlier version planned know no approvers.
  const hasPeople = plan.stages.some(({ approvers }: Partial<Pick<Stage, 'approvers'>>) =>
    approvers?.some(({ members }) => members.some(({ email }) => email !== undefined)),
  );
  return [
    ...(request.github ? (['showOnGitHub'] as const) : []),
    ...(notify?.slack ? (['showInSlack'] as const) : []),
    ...((notify?.email.length ?? 0) > 0 || hasPeople ? (['sendMail'] as const) : []),
  ];
}

async function follow(run: Run, channel: Channel, end: { result?: PipelineResult }): Promise<void> {
  const { request, state } = run;
  const mailed: string[] = [];
  for (let updates = 0; ; updates++) {
    const seen = revisionOf(run);
    const last = end.result !== undefined;
    // An update that is still being tried when the run ends gives way to the last one.
    const scope = new CancellationScope({ cancellable: true });
    const telling = scope.run(async () => void mailed.push(...(await tell(channel, request, { ...newsOf(run, end.result), mailed }))));
    const noted = telling.catch((error: unknown) => {
      if (isCancellation(error)) return;
      mailed.push(...sentBefore(error));
      state.error(`announce: ${channel}`, error);
    });
    if (last) return await noted;

    // A mail that is cut off may have gone out without our knowing.
    if (channel !== 'sendMail') {
      await Promise.race([noted, condition(() => end.result !== undefined)]);
      scope.cancel();
    }
    await noted;
    await condition(() => end.result !== undefined, ms(request.tellEvery as StringValue) * (1 + Math.floor(updates / updatesPerPace)));
    await condition(() => end.result !== undefined || revisionOf(run) > seen);
  }
}

/** Mails that went out before one was refused. */
function sentBefore(error: unknown): string[] {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const [details] = (cause instanceof ApplicationFailure ? cause.details : undefined) ?? [];
  return (details as { sent?: string[] } | undefined)?.sent ?? [];
}

/** Answers the keys of the mails that went out. */
async function tell(channel: Channel, request: PipelineRequest, news: RunNews & { mailed: string[] }): Promise<string[]> {
  const { mailed, ...shown } = news;
  if (channel !== 'sendMail') await announcers(request)[channel](shown);
  else return (await announcers(request).sendMail({ ...shown, mailed }))?.sent ?? [];
  return [];
}

/** The pull request's entity hears of what it answers for: how far the deploy is and what was agreed. */
async function tellParent({ request, plan, graph, state }: Run, end: { result?: PipelineResult }): Promise<void> {
  const parent = workflowInfo().parent;
  if (!parent || request.event !== 'pull_request') return;
  const now = () => ({ deployment: deploymentStatusOf(graph.records), decisions: state.now.decisions });
  for (let told = ''; ;) {
    const progress = now();
    told = JSON.stringify([progress.deployment, progress.decisions.length]);
    const handle = getExternalWorkflowHandle(parent.workflowId);
    await handle
      .signal(runProgressedSignal, { commit: plan.source.commit, ...progress })
      .catch((error: unknown) => state.error('announce: parent', error));
    const changed = () => JSON.stringify([deploymentStatusOf(graph.records), state.now.decisions.length]) !== told;
    await condition(() => end.result !== undefined || changed());
    if (end.result !== undefined && !changed()) return;
  }
}

function revisionOf({ graph, state }: Run): number {
  return graph.revision + state.revision;
}

/** Tells that a run could not be planned, where anybody asked to hear of it. What hinders the telling hides no failure of the run. */
export async function announceRefusal(request: PipelineRequest, error: unknown): Promise<void> {
  const news = newsOfRefusal(request, { type: failureType(error) ?? 'Unexpected', message: failureMessage(error) });
  if (!news || !request.github || isCancellation(error)) return;
  await CancellationScope.nonCancellable(() => announcers(request).showOnGitHub(news)).catch((untold: unknown) =>
    log.error('the refusal could not be told', { error: untold }),
  );
}
