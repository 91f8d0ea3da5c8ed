import type { Button, KnownBlock } from '@slack/web-api';
import type { ApprovalRequest } from '../../../schemas/approvals.ts';
import { askedInWords } from '../../../schemas/askedNow.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { RunNews } from '../../../schemas/runNews.ts';
import { deadlineOf } from '../facts.ts';
import { buttonValue, type ButtonValue, decideAction } from './button.ts';
import { plain } from './escape.ts';

const verdicts = {
  approve: { label: 'Approve', style: 'primary', asks: 'The run goes on with' },
  reject: { label: 'Reject', style: 'danger', asks: 'The run does not do' },
} as const satisfies Record<ButtonValue['v'], object>;

// Limits of Block Kit. https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
const longest = { title: 300, effect: 500, label: 75, confirmTitle: 100, confirmText: 300, confirmLabel: 30 };

/** A question that waits: what is asked, what would happen, who may decide until when, and the buttons to do so. Four blocks at most. */
export function requestBlocks(news: RunNews, request: ApprovalRequest): KnownBlock[] {
  const buttons = (['approve', 'reject'] as const).flatMap((verdict) => buttonOf(news, request, verdict));
  const effects = request.effects.map((effect) => `• ${plainLine(effect, longest.effect)}`);
  const about = [
    `Who may decide: ${askedInWords(request)}`,
    `Until ${deadlineOf(request)}`,
    ...(buttons.length === 0 ? [`Decide with \`mainstay approve ${news.workflowId} --request ${request.id}\``] : []),
  ];
  return [
    { type: 'divider' },
    { type: 'section', text: plain([`Decide: ${plainLine(request.title, longest.title)}`, ...effects].join('\n')) },
    { type: 'context', elements: about.map((text) => plain(plainLine(text, 1000))) },
    ...(buttons.length > 0 ? [{ type: 'actions' as const, elements: buttons }] : []),
  ];
}

function buttonOf(news: RunNews, request: ApprovalRequest, verdict: ButtonValue['v']): Button[] {
  const value = buttonValue(news, request, verdict);
  if (value === undefined) return [];
  const { label, style, asks } = verdicts[verdict];
  return [
    {
      type: 'button',
      action_id: `${decideAction}:${verdict}`,
      text: plain(label, longest.label),
      style,
      value,
      confirm: {
        title: plain(`${label}?`, longest.confirmTitle),
        text: plain(`${asks}: ${plainLine(request.title)}`, longest.confirmText),
        confirm: plain(label, longest.confirmLabel),
        deny: plain('Not now', longest.confirmLabel),
      },
    },
  ];
}
