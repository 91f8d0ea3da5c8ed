import type { Review, ReviewComment } from '../../../schemas/review.ts';
import { markdownText } from '../escape.ts';
import { bullets, section } from '../sections.ts';
import { isChanged, type Patches } from './patches.ts';
import { outgoing } from './outgoing.ts';

export type LineComment = { path: string; line: number; side: 'RIGHT'; body: string };
export type ReviewParts = { body: string; comments: LineComment[] };

// A review with more comments on lines than this is slow to make and not read to its end.
const mostLineComments = 50;
const mostInBody = 100;
const signs = { block: '⛔', warn: '⚠️', note: 'ℹ️' } as const;

/** A review as GitHub takes it: comments on lines that the diff shows, everything else in the body. */
export function reviewParts(review: Review, patches: Patches, marker: string): ReviewParts {
  const onLine = review.comments
    .filter(({ path, line }) => path !== undefined && line !== undefined && isChanged(patches, path, line))
    .slice(0, mostLineComments);
  const placed = new Set(onLine);
  const inBody = review.comments.filter((comment) => !placed.has(comment));
  const body = [
    `### ${review.approved ? 'Review: nothing blocks' : 'Review: changes are needed'}`,
    markdownText(review.summary, 2000),
    ...bullets(inBody.slice(0, mostInBody).map(bodyLine)),
    inBody.length > mostInBody ? `${inBody.length - mostInBody} more` : '',
    section('Owners of what changed', bullets(review.owners.slice(0, 50).map((owner) => markdownText(owner, 100)))),
    section('Notices', bullets(review.notices.slice(0, 20).map((notice) => markdownText(notice)))),
    `<sub>${review.model ? `Rules decide; the second opinion is by ${markdownText(review.model, 100)}. ` : ''}A review by Mainstay is no person's approval.</sub>`,
  ].filter((text) => text !== '').join('\n\n'); // prettier-ignore
  return {
    body: outgoing(`${marker}\n${body}`),
    comments: onLine.map((comment) => ({
      path: comment.path ?? '',
      line: comment.line ?? 1,
      side: 'RIGHT' as const,
      body: outgoing(saying(comment)),
    })),
  };
}

function saying({ rule, severity, message, by }: ReviewComment): string {
  const opinion = by === 'model' ? ' (second opinion of a model)' : '';
  return `${signs[severity]} ${markdownText(message, 2000)} (${markdownText(rule, 100)})${opinion}`;
}

function bodyLine(comment: ReviewComment): string {
  const { path, line } = comment;
  const where = path === undefined ? '' : `${markdownText(path, 300)}${line === undefined ? '' : `:${line}`}: `;
  return `${where}${saying(comment)}`;
}
