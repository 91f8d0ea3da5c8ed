import type { RunNews } from '../../../schemas/runNews.ts';
import type { ArtifactStore } from '../../lib/workbench.ts';
import { type LogEnds, logEnds } from '../logEnds.ts';
import { annotationsOf } from './annotations.ts';
import { checkOf } from './checkText.ts';
import { checksOf, prefixOf, showCheck } from './checks.ts';
import { commentsOf, markedStory, showComment, standingOf } from './comment.ts';
import { storyOf } from './commentText.ts';
import { deploymentOf } from './deploymentText.ts';
import { showDeployment } from './deployments.ts';
import type { Desk } from './desk.ts';
import { whoAmI } from './identity.ts';
import { labelOf, showLabel } from './labels.ts';
import { eachPart } from './parts.ts';
import { showStatus, statusOf } from './status.ts';

export type RunFacts = {
  store: Pick<ArtifactStore, 'get'>;
  /** Address of a run in Temporal's Web UI. */
  links: { run(workflowId: string, runId: string): string | undefined };
};
type Told = { logEnds: LogEnds; link: string | undefined };

/** Makes GitHub show a run as its news say. News that are older than what the pull request's comment tells change nothing. */
export async function showRun(desk: Desk, { store, links }: RunFacts, news: RunNews): Promise<void> {
  const told = { logEnds: await logEnds(store, news.stages), link: links.run(news.workflowId, news.runId) };
  const identity = await whoAmI(desk);
  const number = news.place?.pullRequest;
  const pull = number === undefined ? undefined : { ...desk, number };
  const shown = pull ? await commentsOf(pull, identity, 'run') : [];
  const { state, sameCommit } = standingOf(news, shown[0]);
  if (state === 'older') return;

  // A newer run of the pull request has its comment and labels, and, on the same commit, the status and the checks that people see.
  const speaks = state === 'current';
  const ownsCommit = speaks || !sameCommit;
  await eachPart([
    // First the comment: its marker is what later attempts with older news find.
    ...(pull && speaks
      ? [() => showComment(pull, identity, shown, markedStory(news, storyOf(news, { ...told, checks: identity.app })))]
      : []),
    ...(identity.app ? [() => showChecks(desk, store, news, { ...told, mayCreate: ownsCommit })] : []),
    ...(ownsCommit ? [() => showStatus(desk, news.source.commit, statusOf(news, told.link))] : []),
    () => showDeployments(desk, news, told.link),
    ...(pull && speaks ? [() => showLabel(pull, labelOf(news))] : []),
  ]);
}

async function showChecks(
  desk: Desk,
  store: RunFacts['store'],
  news: RunNews,
  { logEnds, link, mayCreate }: Told & { mayCreate: boolean },
): Promise<void> {
  if (news.stages.length === 0) return;
  const { commit } = news.source;
  const shown = await checksOf(desk, commit);
  for (const stage of news.stages) {
    const check = checkOf(news, stage, { logEnd: logEnds[stage.id], link });
    const annotations = () => annotationsOf(store, stage);
    await showCheck(desk, commit, shown, { check, prefix: prefixOf(news, stage.id), annotations, mayCreate });
  }
}

async function showDeployments(desk: Desk, news: RunNews, link: string | undefined): Promise<void> {
  for (const stage of news.stages) {
    const deployment = deploymentOf(news, stage, link);
    if (deployment) await showDeployment(desk, news.source.commit, deployment);
  }
}
