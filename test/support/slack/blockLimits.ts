import { z } from 'zod';

const textOf = (longest: number) =>
  z.object({
    type: z.enum(['plain_text', 'mrkdwn']),
    text: z.string().min(1).max(longest),
    emoji: z.boolean().optional(),
    verbatim: z.boolean().optional(),
  });
const Confirm = z.object({ title: textOf(100), text: textOf(300), confirm: textOf(30), deny: textOf(30) });
const Button = z.object({
  type: z.literal('button'),
  action_id: z.string().min(1).max(255),
  text: textOf(75),
  value: z.string().max(2000),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: Confirm.optional(),
});
const Actions = z
  .object({ type: z.literal('actions'), elements: z.array(Button).min(1).max(25) })
  .refine(({ elements }) => new Set(elements.map(({ action_id: id }) => id)).size === elements.length, 'an action_id stands twice');
const Block = z.union([
  z.object({ type: z.literal('header'), text: textOf(150) }),
  z.object({ type: z.literal('section'), text: textOf(3000) }),
  z.object({ type: z.literal('context'), elements: z.array(textOf(3000)).min(1).max(10) }),
  z.object({ type: z.literal('divider') }),
  Actions,
]);

/** Block Kit's limits for the blocks that we use, which the emulator does not know. https://docs.slack.dev/reference/block-kit/blocks */
export const Blocks = z.array(Block).max(50);
export type ButtonElement = z.infer<typeof Button>;
