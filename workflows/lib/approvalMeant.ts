import { type ApprovalOutcome, Decision } from '../../schemas/approvals.ts';
import { askedInWords } from '../../schemas/askedNow.ts';
import type { Progress } from './approvalVotes.ts';

type Addressed = Pick<Decision, 'request' | 'digest'>;

/** The one of the waiting requests that a decision means, or why it means none. */
export function requestMeant<Waiting extends Progress>(
  { request: wanted, digest }: Addressed,
  waiting: ReadonlyMap<string, Waiting>,
  ended: readonly ApprovalOutcome[],
): Waiting | string {
  const ids = [...waiting.keys()];
  if (wanted === undefined && ids.length > 1) return `several requests wait; name one of ${ids.join(', ')}`;
  const id = wanted ?? ids[0];
  if (id === undefined) return 'nothing waits for a decision';

  const entry = waiting.get(id);
  const past = entry?.outcome ?? ended.find(({ request }) => request.id === id);
  if (past) return `${id} was decided by ${past.by} at ${past.at}`;
  if (!entry) return `no request ${id} waits${ids.length > 0 ? `; waiting: ${ids.join(', ')}` : ''}`;
  const { request } = entry;
  if (digest === undefined || digest === request.digest) return entry;
  return `${id} asks for something else by now (${askedInWords(request)}; digest ${request.digest}); look again with \`mainstay approvals\``;
}

/** What is malformed in a decision, with the field; undefined when nothing is. */
export function faultOf(decision: unknown): string | undefined {
  const issue = Decision.safeParse(decision).error?.issues[0];
  return issue && `${issue.path.join('.')}: ${issue.message}`;
}
