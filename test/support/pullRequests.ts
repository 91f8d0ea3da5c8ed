import { PullRequest } from '../../schemas/github.ts';
import type { Review } from '../../schemas/review.ts';

/** The commit that a test calls by one digit. */
export const sha = (digit: string) => digit.repeat(40);

/** An open pull request by bob, with what the test does not care about filled in. */
export function pullRequest(change: Partial<Omit<PullRequest, 'head' | 'base'>> & { head?: string; base?: string } = {}): PullRequest {
  const { head = sha('a'), base = sha('c'), ...rest } = change;
  return PullRequest.parse({
    owner: 'acme',
    repo: 'shop',
    number: 7,
    title: 'A better basket',
    url: 'https://github.example/acme/shop/pull/7',
    open: true,
    merged: false,
    draft: false,
    fork: false,
    author: 'bob',
    authors: ['bob'],
    head: { sha: head, ref: 'basket' },
    base: { sha: base, ref: 'main' },
    labels: [],
    repository: 'https://github.example/acme/shop',
    ...rest,
  });
}

export function review(change: Partial<Review> = {}): Review {
  return { approved: true, summary: 'nothing to say', comments: [], owners: [], notices: [], ...change };
}
