import type { ReviewComment } from '../../schemas/review.ts';
import type { ReviewRules } from '../../schemas/reviewRules.ts';
import { plainLine } from '../../schemas/plainText.ts';

type Severity = ReviewComment['severity'];
type Weight = ReviewRules['tests'];

const order: readonly Severity[] = ['block', 'warn', 'note'];
/** Most comments of one review. */
const mostComments = 100;
/** Most comments of one rule, so that one does not crowd out the others. */
const mostOfOneRule = 30;

/** A rule's words with its weight; nothing when the rule is off. `atMost` is for findings that are never worse than that. */
export function weighed(
  weight: Weight,
  comments: readonly Omit<ReviewComment, 'severity' | 'by'>[],
  atMost: Severity = 'block',
): ReviewComment[] {
  if (weight === 'off') return [];
  const severity = order.indexOf(weight) < order.indexOf(atMost) ? atMost : weight;
  return comments.map((comment) => ({ ...comment, severity, by: 'rules' }));
}

/** At most 100 comments, what blocks first, then rules before the model, then as they came. */
export function mostImportant(comments: readonly ReviewComment[], notice: (text: string) => void): ReviewComment[] {
  const sorted = [...comments].sort(
    (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || Number(a.by === 'model') - Number(b.by === 'model'),
  );
  const perRule = new Map<string, number>();
  const kept = sorted.filter(({ rule }) => {
    const count = (perRule.get(rule) ?? 0) + 1;
    perRule.set(rule, count);
    return count <= mostOfOneRule;
  });
  const answer = kept.slice(0, mostComments);
  if (answer.length < comments.length) notice(`${comments.length - answer.length} more comments were left out`);
  return answer;
}

/** A few names in one line: `a, b and 3 more`. */
export function someOf(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).map((name) => plainLine(name, 120));
  return names.length > most ? `${shown.join(', ')} and ${names.length - most} more` : shown.join(', ');
}
