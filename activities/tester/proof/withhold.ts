import type { FileText } from '../../../schemas/mind.ts';

/** So many characters of a held-out test in a message are no accident. */
const window = 60;

/** What a message may tell the coder: its first line, unless that shows the source of tests that are held out. */
export function withholding({ open, hidden }: { open: readonly FileText[]; hidden: readonly FileText[] }): (message: string) => string {
  const dense = (files: readonly FileText[]) => files.map(({ text }) => (text ?? '').replace(/\s+/g, '')).join('\n');
  const [secret, known] = [dense(hidden), dense(open)];
  return (message) => {
    const said = message.replace(/\s+/g, '');
    for (let i = 0; i + window <= said.length; i++) {
      const part = said.slice(i, i + window);
      if (secret.includes(part) && !known.includes(part)) return 'failed (the message shows a test that is held out, so it is withheld)';
    }
    return message;
  };
}
