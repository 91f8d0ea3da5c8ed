import { failure } from '../../../schemas/failures.ts';
import { plainLine, plainLines } from '../../../schemas/plainText.ts';
import type { CommitWords } from './commits.ts';

const longestTitle = 120;
const longestBody = 20_000;

const person = 'Mainstay <mainstay@users.noreply.invalid>';

/**
 * A commit's message with who made it in trailers. Titles and bodies come from models: whatever they say, the last paragraph is ours, and
 * no other line looks like one of it or like the end of the message.
 */
export function commitMessage({ title, body = '', by, task, step }: CommitWords): string {
  const subject = plainLine(title, longestTitle) || 'Change files';
  const text = plainLines(body.slice(0, longestBody)).trim().split('\n').map(harmless).join('\n');
  const trailers = [
    ['Agent', by.agent],
    ['Mind', by.mind],
    ['Prompt', by.prompt],
    ['Task', task],
    ['Step', step === undefined ? undefined : String(step)],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`Mainstay-${name}: ${plainLine(value)}`]));
  return [isTrailer.test(subject) ? `"${subject}"` : subject, text, trailers.join('\n')].filter(Boolean).join('\n\n').concat('\n');
}

/** `Mainstay <…> SECONDS +0000`, as git writes author and committer. */
export function signature(at: string): string {
  const seconds = Math.floor(Date.parse(at) / 1000);
  if (!(seconds >= 0)) throw failure('InvalidInput', `at: ${JSON.stringify(at)} is no time; give ISO 8601, such as 2026-01-31T12:00:00Z`);
  return `${person} ${seconds} +0000`;
}

const isTrailer = /^\s*mainstay-[^\s:]*\s*:/i;

/** Git reads nothing below a line of three dashes, and what is indented is no trailer. */
function harmless(line: string): string {
  const plain = line.trimEnd();
  return isTrailer.test(plain) || plain.startsWith('---') ? `    ${plain.trimStart()}` : plain;
}
