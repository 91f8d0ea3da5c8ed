import { tmpdir } from 'node:os';
import type { ReviewComment } from '../../../schemas/review.ts';
import type { Rule } from '../change.ts';
import { weighed } from '../comments.ts';
import { isAside, isProse } from '../../lib/languages.ts';
import { createSecretFinder } from '../../lib/secrets.ts';

/** Passwords in URLs are invented where something is shown or tried: there, they do not block. */
const inUrls: ReadonlySet<string> = new Set(['basicauth', 'database-connection-string']);

/** Secrets in added lines. A comment of the change cannot excuse them: its author may be the one who should be stopped. */
export const secrets: Rule = async ({ files, signal }, { secrets: weight }) => {
  if (weight === 'off') return [];
  const find = await createSecretFinder({ scratch: tmpdir() });
  const comments: ReviewComment[] = [];
  for (const { path, lines } of files) {
    signal.throwIfAborted();
    const found = lines.length === 0 ? [] : await find(lines.map(({ text }) => text).join('\n'), path);
    for (const { rule, line, message } of found) {
      const advice = 'Take it out, and renew it: what was pushed once is known.';
      const comment = { rule: 'secrets', path, line: lines[line - 1]?.line, message: `${rule}: ${message}. ${advice}` };
      comments.push(...weighed(weight, [comment], inUrls.has(rule) && (isAside(path) || isProse(path)) ? 'warn' : 'block'));
    }
  }
  return comments;
};
