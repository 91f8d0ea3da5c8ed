import type { ApprovalOutcome, Refusal } from '../../../schemas/approvals.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { RunView } from '../../view.ts';

// Who tries often is not heard more often; `--json` has the rest.
const shownRefusals = 5;

/** What people decided in a run, and what they tried and was not taken, a line each. */
export function decisionLines({ decisions, refusals }: Pick<RunView, 'decisions' | 'refusals'>): string[] {
  const more = refusals.length - shownRefusals;
  return [
    ...decisions.map(({ comment, ...outcome }) => `${verdictOf(outcome)}${comment ? `: ${plainLine(comment)}` : ''}`),
    ...(more > 0 ? [`not taken: ${more} earlier ${more === 1 ? 'decision' : 'decisions'} (--json lists them)`] : []),
    ...refusals.slice(-shownRefusals).map(refusalOf),
  ];
}

/** `deploy/1 approved by ada`; for an agreement that was taken over, also the commit that it was given to. */
export function verdictOf({ request, granted, by, expired, carriedFrom }: Omit<ApprovalOutcome, 'comment'>): string {
  const carried = carriedFrom === undefined ? '' : ` for commit ${plainLine(carriedFrom).slice(0, 7)}, which would do the same`;
  return `${plainLine(request.id)} ${granted ? 'approved' : 'rejected'} by ${expired ? 'the deadline' : plainLine(by)}${carried}`;
}

function refusalOf({ by, request, reason }: Refusal): string {
  return `not taken from ${plainLine(by, 80)}${request === undefined ? '' : ` about ${plainLine(request, 80)}`}: ${plainLine(reason, 160)}`;
}
