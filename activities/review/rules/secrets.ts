import { tmpdir } from 'node:os';
import type { Rule } from '../change.ts';
import { weighed } from '../comments.ts';
import { createSecretFinder } from '../../lib/secrets.ts';

/** Secrets in added lines. A comment of the change cannot excuse them: its author may be the one who should be stopped. */
export const secrets: Rule = async ({ files, signal }, { secrets: weight }) => {
  if (weight === 'off') return [];
  const find = await createSecretFinder({ scratch: tmpdir(), heedComments: false });
  const comments = [];
  for (const { path, lines } of files) {
    signal.throwIfAborted();
    const found = lines.length === 0 ? [] : await find(lines.map(({ text }) => text).join('\n'), path);
    for (const { rule, line, message } of found) {
      const advice = 'Take it out, and renew it: what was pushed once is known.';
      comments.push({ rule: 'secrets', path, line: lines[line - 1]?.line, message: `${rule}: ${message}. ${advice}` });
    }
  }
  return weighed(weight, comments);
};
