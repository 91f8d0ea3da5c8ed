import type { ApprovalRequest } from '../../../schemas/approvals.ts';
import { askedInWords } from '../../../schemas/askedNow.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import { questionKind } from '../../questions.ts';
import type { RunView } from '../../view.ts';

/** What a request asks, of whom and until when, a line each; the first line names it. */
export function requestLines(request: ApprovalRequest): string[] {
  const { id, title, effects, votes, deadline, onTimeout, reminders } = request;
  return [
    `${plainLine(id)}  ${plainLine(title)}`,
    ...effects.map((effect) => `  would: ${plainLine(effect)}`),
    `  asks ${plainLine(askedInWords(request), 1000)}`,
    ...votes.map(({ step, by, account, at, comment }) => {
      const vote = `step ${step + 1}: ${by} agreed as ${account} at ${at}${comment ? `: ${comment}` : ''}`;
      return `  ${plainLine(vote)}`;
    }),
    `  until ${deadline}, then ${onTimeout}${reminders > 0 ? ` (reminders so far: ${reminders})` : ''}`,
  ];
}

type Asking = Pick<RunView, 'flow' | 'shortId' | 'requests'>;

/** What is new about the requests of a run, for those who watch it. */
export function requestEvents(before: readonly ApprovalRequest[], asking: Asking): string[] {
  return asking.requests.flatMap((request) => {
    const known = before.find(({ id }) => id === request.id);
    const id = plainLine(request.id);
    const asks = `${plainLine(askedInWords(request))} until ${request.deadline}`;
    if (!known) {
      const effects = request.effects.map((effect) => `  would: ${plainLine(effect)}`);
      return [`${id} waits for ${asks}: ${answerWords(asking, request)}`, ...effects];
    }
    const votes = request.votes.slice(known.votes.length).map(({ by }) => `${id}: ${plainLine(by)} agreed`);
    const moved = known.step !== request.step || known.escalated !== request.escalated;
    return [...votes, ...(moved ? [`${id} now waits for ${asks}`] : [])];
  });
}

/** What to type to answer a request. */
function answerWords({ flow, shortId, requests }: Asking, request: ApprovalRequest): string {
  const which = requests.length > 1 ? ` --request ${plainLine(request.id)}` : '';
  const kind = questionKind({ flow }, request);
  if (kind === 'escalation') return `mainstay approve ${shortId}${which} -c "what to do" (or reject)`;
  if (kind === 'budget') return `mainstay grant ${shortId} --steps 100 (or approve${which} for half of the first budget, or reject)`;
  return `mainstay approve ${shortId}${which} (or reject)`;
}
