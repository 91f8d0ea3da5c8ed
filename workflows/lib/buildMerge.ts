import { failure } from '../../schemas/failures.ts';
import { type BuildContext, branchOf, enter, siteOf } from './buildContext.ts';
import { prove } from './buildProof.ts';
import { timeFor } from './buildWork.ts';
import { developAgents } from './developAgents.ts';
import { effectKey } from './stageTask.ts';

/**
 * Publishes a proved task's branch and merges it into the accepted work, one task at a time. Answers why it does not fit what was accepted meanwhile:
 * lines that conflict, or tests that fail together.
 */
export async function mergeTask(context: BuildContext, id: string): Promise<string | undefined> {
  const { book, turns } = context;
  await enter(context, id, 'merging');
  return await turns.take(async () => {
    await publish(context, id);
    const { change, base } = book.record(id);
    if (!change || !base) throw failure('InvalidInput', `${id} has no change to merge`);

    const before = book.head;
    const { publisher } = developAgents(context.request);
    const title = `Merge ${id}: ${book.todo(id).title}`;
    const order = { site: siteOf(context, id), into: before, change, title, at: new Date().toISOString() };
    const answer = await timeFor(context, id, () => publisher.mergeChange(order));
    if ('conflicts' in answer) return `it conflicts with work that was accepted meanwhile: ${answer.conflicts.slice(0, 10).join(', ')}`;

    // Alone on its start the work is proved already; beside other work it must hold as well.
    if (answer.merged.tree !== change.tree) {
      const start = await timeFor(context, id, () => publisher.mergeChange({ ...order, change: base, title: `Merge the tests of ${id}` }));
      if ('conflicts' in start)
        return `its tests conflict with work that was accepted meanwhile: ${start.conflicts.slice(0, 10).join(', ')}`;
      book.change(id, { change: answer.merged });
      const proof = await prove(context, id, start.merged);
      if (!proof.accepted) return `with the work that was accepted meanwhile it fails: ${proof.verdict}`;
    }
    book.head = answer.merged;
    return undefined;
  });
}

/** Shows a task's work as a branch of the repository, with its note; a repository that takes no branches is told of, not failed. */
export async function publish(context: BuildContext, id: string): Promise<void> {
  const { book, request, plan, state } = context;
  if (!request.publish) return;
  const record = book.record(id);
  if (!record.change) return;
  const { publisher } = developAgents(request);
  const branch = branchOf(id);
  const note = {
    format: 'mainstay-generated/1',
    task: book.todo(id),
    mind: plan.mind.kind === 'template' ? { kind: 'template', template: plan.mind.template } : plan.mind,
    commit: record.change.commit,
    base: record.base?.commit,
    contract: record.contract?.sha256,
    test_report: record.proof?.report.sha256,
    verdict: record.proof?.verdict,
    debug: record.debug,
    usage: record.usage,
    workedMs: record.workedMs,
  };
  const order = { site: siteOf(context, id), branch, change: record.change, note, key: effectKey(`${id}/branch/${record.change.commit}`) };
  const published = await publisher.publishBranch(order);
  if (published.pushed) book.change(id, { branch });
  else state.error(id, failure('ServiceRefused', `the branch was not pushed: ${published.reason ?? 'no reason given'}`));
}
