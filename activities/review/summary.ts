import type { Review, ReviewComment } from '../../schemas/review.ts';
import type { ChangedFile } from './change.ts';

/** One line: the verdict, how many comments of which weight, and how large the change is. */
export function summaryOf({
  approved,
  files,
  comments,
}: Pick<Review, 'approved' | 'comments'> & { files: readonly ChangedFile[] }): string {
  const counts = (['block', 'warn', 'note'] as const).flatMap((severity) => countOf(comments, severity));
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  const size = `${files.length} ${files.length === 1 ? 'file' : 'files'}, +${added} −${removed}`;
  return `${approved ? 'approved' : 'blocked'}: ${counts.length === 0 ? 'nothing to say' : counts.join(', ')} (${size})`;
}

const words = { block: ['that blocks', 'that block'], warn: ['warning', 'warnings'], note: ['note', 'notes'] } as const;

function countOf(comments: readonly ReviewComment[], severity: ReviewComment['severity']): string[] {
  const count = comments.filter((comment) => comment.severity === severity).length;
  return count === 0 ? [] : [`${count} ${words[severity][count === 1 ? 0 : 1]}`];
}
