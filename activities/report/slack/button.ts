import { z } from 'zod';
import type { ApprovalRequest } from '../../../schemas/approvals.ts';
import type { RunNews } from '../../../schemas/runNews.ts';

/** Marks our buttons; Slack wants each id once per block, so the verdict follows it. */
export const decideAction = 'mainstay_decide';

/** What a button says when it is clicked: run, question, digest of what was asked, and the verdict. */
export const ButtonValue = z.strictObject({
  w: z.string().min(1).max(1000),
  r: z.string().min(1).max(100),
  q: z.string().min(1).max(500),
  d: z.string().regex(/^[0-9a-f]{64}$/),
  v: z.enum(['approve', 'reject']),
});
export type ButtonValue = z.infer<typeof ButtonValue>;

// https://docs.slack.dev/reference/block-kit/block-elements/button-element
const longestValue = 2000;

/** A button's value; undefined when the names in it are longer than Slack carries. */
export function buttonValue(
  news: Pick<RunNews, 'workflowId' | 'runId'>,
  request: ApprovalRequest,
  v: ButtonValue['v'],
): string | undefined {
  const parsed = ButtonValue.safeParse({ w: news.workflowId, r: news.runId, q: request.id, d: request.digest, v });
  const text = parsed.success ? JSON.stringify(parsed.data) : undefined;
  return text !== undefined && text.length <= longestValue ? text : undefined;
}
