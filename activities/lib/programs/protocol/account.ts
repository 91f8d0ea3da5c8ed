import { z } from 'zod';
import { plainLine, plainLines } from '../../../../schemas/plainText.ts';

/** Of what a program tells while it works, that which people read. */
const Update = z.object({
  update: z.discriminatedUnion('sessionUpdate', [
    z.object({
      sessionUpdate: z.literal('agent_message_chunk'),
      content: z.object({ type: z.literal('text'), text: z.string() }),
    }),
    z.object({ sessionUpdate: z.literal('tool_call'), title: z.string() }),
    z.object({ sessionUpdate: z.literal('plan'), entries: z.array(z.object({ content: z.string(), status: z.string() })) }),
  ]),
});

const longestSummary = 10_000;
/** Lines of progress of one run; a person would read no more. */
const mostLines = 2_000;

export type Account = {
  /** The parameters of a `session/update`, unchecked. */
  take(params: unknown): void;
  /** The program's last words: what it said after its last use of a tool, or before when it said nothing then. */
  summary(): string;
};

/** Keeps what a program tells: lines for people as they come, and its last words. */
export function keepAccount(onProgress: (line: string) => void): Account {
  let saying = '';
  let said = '';
  let lines = 0;
  let last = '';

  function tell(text: string): void {
    const line = plainLine(text, 200);
    if (line === '' || line === last || lines >= mostLines) return;
    lines += 1;
    last = line;
    onProgress(line);
  }
  function finishSaying(): void {
    if (saying.trim() === '') return;
    said = saying;
    tell(saying);
    saying = '';
  }

  return {
    take(params) {
      const { data } = Update.safeParse(params);
      if (!data) return;
      const { update } = data;
      if (update.sessionUpdate === 'agent_message_chunk') {
        saying = (saying + update.content.text).slice(-2 * longestSummary);
        return;
      }
      finishSaying();
      if (update.sessionUpdate === 'tool_call') return tell(update.title);
      const open = update.entries.find((entry) => entry.status === 'in_progress');
      if (open) tell(`plan: ${open.content}`);
    },
    summary() {
      finishSaying();
      return plainLines(said).trim().slice(-longestSummary);
    },
  };
}
