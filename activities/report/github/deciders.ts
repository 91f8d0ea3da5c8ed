import type { ApprovalRequest } from '../../../schemas/approvals.ts';
import { askedInWords } from '../../../schemas/askedNow.ts';
import { markdownText } from '../escape.ts';
import { deadlineOf } from '../facts.ts';

/** `Asked: 1 of leads (ada, grace). Until 2026-01-02 10:00 UTC, then it counts as rejected.` */
export function decidersLine(request: ApprovalRequest): string {
  return `Asked: ${markdownText(askedInWords(request), 600)}. Until ${deadlineOf(request)}.`;
}
