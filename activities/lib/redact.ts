import type { SecretFinder } from './secrets.ts';

const removed = '[secret removed]';
// The finder wants a whole key; half of one is as good to whoever reads it.
const privateKey = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g;

/** The text without its secrets; it keeps its lines. */
export async function redact(find: SecretFinder, text: string, path: string): Promise<string> {
  const found = (await find(text, path)).map(({ range }) => range).sort(([a], [b]) => b - a);
  let answer = text;
  let end = Infinity;
  for (const [from, to] of found) {
    answer = answer.slice(0, from) + inPlaceOf(text.slice(from, Math.min(to, end))) + answer.slice(Math.min(to, end));
    end = Math.min(end, from);
  }
  return answer.replace(privateKey, inPlaceOf);
}

/** The same for a piece of a diff, whose first column would hide keys that go over several lines. */
export async function redactDiff(find: SecretFinder, diff: string, path: string): Promise<string> {
  const lines = diff.split('\n');
  const content = await redact(find, lines.map((line) => line.slice(1)).join('\n'), path);
  return content
    .split('\n')
    .map((line, i) => `${lines[i]?.charAt(0) ?? ''}${line}`)
    .join('\n');
}

function inPlaceOf(secret: string): string {
  return removed + '\n'.repeat(secret.split('\n').length - 1);
}
