import { plainLines } from '../../../schemas/plainText.ts';
import type { CommandVerdict } from '../../contracts.ts';
import { markdownText } from '../escape.ts';
import { commentsOf, removeComments } from './comment.ts';
import type { PullRequestDesk } from './desk.ts';
import { type Identity } from './identity.ts';
import { markerLine, readMarker } from './marker.ts';
import { outgoing } from './outgoing.ts';
import { unlessRefused } from './refusal.ts';

type Answer = { comment?: number; text: string; key: string; verdict?: CommandVerdict };

const signs = { done: '+1', refused: '-1', unclear: 'confused' } as const satisfies Record<CommandVerdict, string>;

const longestAnswer = 4000;

/** Answers a command once: a sign at the comment that gave it, and a comment that says what came of it. */
export async function showAnswer(desk: PullRequestDesk, identity: Identity, { comment, text, key, verdict }: Answer): Promise<void> {
  const { octokit, at, number } = desk;
  // The same sign again is no second one. 404: the comment is gone.
  if (comment !== undefined)
    await unlessRefused([404, 422], () =>
      octokit.rest.reactions.createForIssueComment({ ...at, comment_id: comment, content: signs[verdict ?? verdictIn(text)] }),
    );

  const answers = async () =>
    (await commentsOf(desk, identity, 'answer')).filter(({ body }) => readMarker('answer', body)?.['key'] === key);
  const shown = await answers();
  if (shown.length === 0) await octokit.rest.issues.createComment({ ...at, issue_number: number, body: answerText(text, key) });
  // Another attempt may have looked at the same time: the oldest stays.
  const [, ...doubles] = shown.length === 0 ? await answers() : shown;
  await removeComments(desk, doubles);
}

/** The words with what they quote made harmless; what stands in backticks stays code. */
export function answerText(text: string, key: string): string {
  const lines = plainLines(text.slice(0, longestAnswer)).split('\n').map(lineOf);
  return outgoing(`${markerLine('answer', { key })}\n${lines.join('  \n')}`);
}

function lineOf(line: string): string {
  return line.split(/(`[^`]+`)/).map((part) => (/^`[^`]+`$/.test(part) ? part : spaced(part))).join(''); // prettier-ignore
}

function spaced(part: string): string {
  const [, before = '', , after = ''] = /^(\s*)(.*?)(\s*)$/.exec(part) ?? [];
  return `${before && ' '}${markdownText(part, longestAnswer)}${part.trim() === '' ? '' : after && ' '}`;
}

/** What the words say where no verdict came: runs that are older than it go on. */
function verdictIn(text: string): CommandVerdict {
  if (/^not taken\b/i.test(text)) return 'refused';
  return /^(?:say|nothing|the pull request has not)\b/i.test(text) ? 'unclear' : 'done';
}
