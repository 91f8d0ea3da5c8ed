import { condition, isCancellation } from '@temporalio/workflow';
import type { CommandVerdict } from '../../activities/contracts.ts';
import { steeringAssociations } from '../../schemas/github.ts';
import { failureMessage } from '../../schemas/failures.ts';
import { pullRunId } from '../../schemas/names.ts';
import type { CommandGiven } from '../../schemas/pullRequest.ts';
import { agentActivities, announcers } from './agents.ts';
import { mayNotSteer } from './pullRequestBook.ts';
import { type LiveRun, type PullRequestContext } from './pullRequestRun.ts';

type Outcome = { verdict: CommandVerdict; text: string };

/** Takes people's commands one after the other, also while a run is under way, and answers each. */
export function carryOut(context: PullRequestContext, live: LiveRun): { readonly failed: Error | undefined; finish(): Promise<void> } {
  const { book, state } = context;
  const pump: { over: boolean; failed?: Error } = { over: false };
  const running = (async () => {
    for (;;) {
      // The first command may come before GitHub has been looked at.
      await condition(() => (book.commands.length > 0 && book.head !== undefined) || pump.over);
      const given = book.commands[0];
      if (!given) return;
      await answer(context, given, await carriedOut(context, live, given));
      book.commands.shift();
      state.checkpoint(`${given.by}: ${given.command.verb} ${given.command.argument ?? ''}`.trim());
    }
  })();
  running.catch((error: unknown) => {
    pump.failed = error instanceof Error ? error : undefined;
  });
  return {
    get failed() {
      return pump.failed;
    },
    async finish() {
      pump.over = true;
      await running;
    },
  };
}

async function answer({ request, state }: PullRequestContext, { delivery, comment }: CommandGiven, outcome: Outcome): Promise<void> {
  const { owner, repo, number } = request;
  const place = { owner, repo, pullRequest: number };
  try {
    await announcers(request).answerCommand({ place, comment, key: `answer/${delivery}`, ...outcome });
  } catch (error) {
    if (isCancellation(error)) throw error;
    state.error('answer', error);
  }
}

/** One command that breaks must not end the entity: the person who gave it hears why. */
async function carriedOut(context: PullRequestContext, live: LiveRun, given: CommandGiven): Promise<Outcome> {
  try {
    return await outcomeOf(context, live, given);
  } catch (error) {
    if (isCancellation(error)) throw error;
    context.state.error(given.command.verb, error);
    return refused(`It could not be done: ${failureMessage(error)}`);
  }
}

async function outcomeOf(context: PullRequestContext, live: LiveRun, given: CommandGiven): Promise<Outcome> {
  const { request, book } = context;
  const { verb, argument } = given.command;
  const refusal = mayNotSteer(given);
  if (refusal !== undefined) return refused(refusal);
  if (!book.head) return unclear('The pull request has not been looked at yet; ask again in a moment.');
  const { control } = agentActivities(request, { timeout: '1 minute', attempts: 5 });
  const workflowId = pullRunId(book.head);

  switch (verb) {
    case 'approve':
    case 'reject': {
      if (given.commit !== undefined && given.commit !== book.head.head.sha)
        return refused(`Not taken: that was about ${given.commit.slice(0, 7)}, and the head is ${book.head.head.sha.slice(0, 7)} by now.`);
      if (!live.run) return unclear('Nothing waits for a decision.');
      const outside = !steeringAssociations.includes(given.association) || undefined;
      const decision = { verdict: verb, by: `github:${given.by}`, outside, ...requestAndComment(argument) };
      const { taken, reason, waitsFor } = await control.decideOnRun({ workflowId, decision, id: `delivery-${given.delivery}` });
      if (!taken) return notTaken(reason);
      return done(`${verb === 'approve' ? 'Approved' : 'Rejected'} by ${given.by}.${waitsFor ? ` Still asked: ${waitsFor}.` : ''}`);
    }
    case 'rerun': {
      if (live.run && argument) {
        const { taken, reason } = await control.rerunStage({ workflowId, stage: argument });
        return taken ? done(`${argument} runs again.`) : notTaken(reason);
      }
      book.wish = { ...book.wish, fresh: argument ? [argument] : [] };
      return done(
        argument ? `${argument}, and all that needs it, runs again.` : 'The head runs again; results that nothing has changed are reused.',
      );
    }
    case 'deploy':
      if (!argument) return unclear('Say where to: `/mainstay deploy ENVIRONMENT`.');
      book.wish = { ...book.wish, environment: argument };
      return done(`The head is deployed to ${argument}, when its stages pass and those who must agree do.`);
    case 'cancel':
      if (!live.run) return unclear('Nothing runs.');
      live.run.cancel();
      return done('Cancelled; what it changed is undone. A new push, or `/mainstay rerun`, starts anew.');
    case 'status':
      return done(statusOf(context, live));
  }
}

function done(text: string): Outcome {
  return { verdict: 'done', text };
}

function refused(text: string): Outcome {
  return { verdict: 'refused', text };
}

/** There is nothing that it could mean now, or a word is missing. */
function unclear(text: string): Outcome {
  return { verdict: 'unclear', text };
}

function notTaken(reason: string | undefined): Outcome {
  return refused(`Not taken: ${reason ?? 'the run did not say why'}`);
}

function statusOf({ book, state }: PullRequestContext, live: LiveRun): string {
  const { head, deployment, handled, review } = book;
  const parts = [
    `Head ${head?.head.sha.slice(0, 7)}: ${live.run ? `working (${state.phase})` : (handled?.status ?? 'not started')}.`,
    `Deployment: ${deployment.replaceAll('_', ' ')}.`,
    review ? `Review: ${review.approved ? 'approved' : 'holds the deploy'}.` : '',
    ...book.failuresOutside().map(({ name }) => `${name} failed on this commit.`),
  ];
  return parts.filter(Boolean).join(' ');
}

/** `deploy/1 looks good` names a request; anything else is a comment. */
function requestAndComment(argument: string | undefined): { request?: string; comment?: string } {
  const named = /^(\S+\/\d+)(?:\s+([^]*))?$/.exec(argument ?? '');
  return named ? { request: named[1], comment: named[2] } : { comment: argument };
}
