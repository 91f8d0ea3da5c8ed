import type { BuildFeatureResult } from '../../schemas/buildFeature.ts';
import { failure, failureMessage } from '../../schemas/failures.ts';
import type { Change } from '../../schemas/mind.ts';
import { type BuildContext, branchOf, siteOf } from './buildContext.ts';
import { developAgents, proofTime } from './developAgents.ts';
import { effectKey } from './stageTask.ts';

type Finished = Pick<BuildFeatureResult, 'proof' | 'result' | 'branch' | 'pullRequest' | 'exhibits'>;

// The tasks share their branch's last part with nobody: ids of tasks are checked, and none is called this.
const resultBranch = 'result';

/** The merged result: proved with all acceptance tests together, shown by what a template makes of it, published, proposed as a pull request. */
export async function finishBuild(context: BuildContext): Promise<Finished> {
  const { book, state, ground } = context;
  const accepted = book.records.filter(({ phase }) => phase === 'accepted');
  if (accepted.length === 0) return { exhibits: [] };

  state.enter('verifying');
  const proof = await proveTogether(context);
  if (!proof.accepted) state.error('result', failure('ChangeRefused', proof.verdict));
  const exhibits = proof.accepted ? await exhibitsOf(context) : [];

  state.enter('publishing');
  const result = await withHiddenTests(context, ground.source.commit);
  return { proof, result, exhibits, ...(await publishResult(context, result)) };
}

async function proveTogether(context: BuildContext) {
  const { book, ground, request } = context;
  const accepted = book.records.filter(({ phase }) => phase === 'accepted');
  const only = accepted.length === 1 ? accepted[0]?.proof : undefined;
  if (only) return only;
  const { testTimeout } = request;
  const { tester } = developAgents(request, proofTime(testTimeout, 1));
  const { commit, tree, objects } = ground.source;
  const tests = accepted.flatMap((record) => record.tests ?? []);
  const order = { site: siteOf(context, resultBranch), base: { commit, tree, objects }, change: book.head, tests, testTimeout, times: 1 };
  return await tester.proveChange({ ...order, allowed: tests.flatMap(({ paths }) => paths) });
}

async function exhibitsOf(context: BuildContext): Promise<BuildFeatureResult['exhibits']> {
  const { request, plan, book, state } = context;
  const { tester } = developAgents(request, request.commandTimeout);
  const order = { site: siteOf(context, resultBranch), mind: plan.mind, change: book.head, timeout: request.commandTimeout };
  // The work is accepted; what is shown of it must not undo that.
  return await tester.makeExhibits(order).catch((error: unknown) => {
    state.error('exhibits', error);
    return [];
  });
}

/** The held-out tests join the result when nobody codes against them any more. */
async function withHiddenTests(context: BuildContext, commit: string): Promise<Change> {
  const { book, request, state } = context;
  const { publisher } = developAgents(request);
  const files = book.records.flatMap(({ phase, tests }) => (phase === 'accepted' && tests ? [tests.hidden] : []));
  const by = { agent: 'tester@1', mind: 'mainstay' };
  const title = 'Add the held-out acceptance tests';
  if (book.head.commit === commit) return book.head;
  return await publisher.commitFiles({ site: siteOf(context, resultBranch), on: book.head, files, title, by, at: state.now.started_at });
}

async function publishResult(context: BuildContext, result: Change): Promise<Pick<Finished, 'branch' | 'pullRequest'>> {
  const { request, plan, book, state, ground } = context;
  if (!request.publish) return {};
  const { publisher } = developAgents(request);
  const site = siteOf(context, resultBranch);
  const branch = branchOf(resultBranch);
  const tasks = book.records.map(({ id, title, phase, proof }) => ({ id, title, phase, verdict: proof?.verdict }));
  const note = { format: 'mainstay-generated/1', request: plan.todoList.request, tasks, commit: result.commit };
  const published = await publisher.publishBranch({ site, branch, change: result, note, key: effectKey(`branch/${result.commit}`) });
  if (!published.pushed) {
    state.error('publish', failure('ServiceRefused', `the result stays in the store: ${published.reason ?? 'no reason given'}`));
    return {};
  }
  if (!request.github || ground.created) return { branch };
  const body = [
    plan.todoList.summary,
    '',
    ...tasks.map(({ id, title, phase, verdict }) => `- ${id} ${title}: ${phase}${verdict ? `, ${verdict}` : ''}`),
  ];
  const order = {
    site,
    place: request.github,
    branch,
    title: plan.todoList.summary.slice(0, 200),
    body: body.join('\n'),
    key: effectKey('pull'),
  };
  try {
    return { branch, pullRequest: await publisher.openFeaturePull(order) };
  } catch (error) {
    state.error('pull request', failure('ServiceRefused', `no pull request: ${failureMessage(error)}`));
    return { branch };
  }
}
