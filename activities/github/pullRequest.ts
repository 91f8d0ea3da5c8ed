import { z } from 'zod';
import type { GitHubRepository } from '../../schemas/github.ts';
import { PullRequest } from '../../schemas/github.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import type { GitHub } from '../lib/github/client.ts';
import { asking } from '../lib/github/translate.ts';

const Account = z.object({ login: z.string() }).nullish();
const Side = z.object({ ref: z.string(), sha: CommitSha, repo: z.object({ full_name: z.string() }).nullish() });
const Pull = z.object({
  title: z.string(),
  html_url: z.string(),
  state: z.string(),
  merged: z.boolean(),
  draft: z.boolean().default(false),
  user: Account,
  head: Side,
  base: Side,
  labels: z.array(z.object({ name: z.string() })).default([]),
});
const Commits = z.array(z.object({ author: Account, committer: Account, commit: z.object({ message: z.string() }) }));

/** GitHub's own account, which commits what people do on its pages. */
const webFlow = 'web-flow';

/** A pull request and the people behind its first 250 commits, which is as many as GitHub tells: authors, committers and co-authors. */
export async function readPull(github: GitHub, { owner, repo, number }: GitHubRepository & { number: number }): Promise<PullRequest> {
  const octokit = await github.octokit({ owner, repo });
  return await asking(async () => {
    const asked = { owner, repo, pull_number: number };
    const [answer, listed] = await Promise.all([
      octokit.rest.pulls.get(asked),
      octokit.paginate(octokit.rest.pulls.listCommits, { ...asked, per_page: 100 }),
    ]);
    const pull = Pull.parse(answer.data);
    const author = pull.user?.login ?? 'ghost';
    // The head's repository may be gone; it was not this one then.
    const fork = pull.head.repo?.full_name !== pull.base.repo?.full_name;
    return PullRequest.parse({
      owner,
      repo,
      number,
      title: pull.title,
      url: pull.html_url,
      open: pull.state === 'open',
      merged: pull.merged,
      draft: pull.draft,
      fork,
      trusted: !fork && github.trusts({ owner, repo }),
      author,
      authors: authorsOf(author, Commits.parse(listed)),
      head: { sha: pull.head.sha, ref: pull.head.ref },
      base: { sha: pull.base.sha, ref: pull.base.ref },
      labels: pull.labels.map(({ name }) => name),
      repository: github.cloneUrl({ owner, repo }),
    });
  });
}

function authorsOf(author: string, commits: z.infer<typeof Commits>): string[] {
  const people = commits.flatMap(({ author, committer, commit }) => [author?.login, committer?.login, ...coAuthors(commit.message)]);
  return [...new Set([author, ...people])].filter((login) => login !== undefined && login !== webFlow) as string[];
}

/** https://docs.github.com/en/pull-requests/committing-changes-to-your-project/creating-and-editing-commits/creating-a-commit-with-multiple-authors */
function coAuthors(message: string): string[] {
  const trailers = message.matchAll(/^co-authored-by:[^<\n]*<(?:\d+\+)?([A-Za-z0-9-]+(?:\[bot\])?)@users\.noreply\.github\.com>/gim);
  return [...trailers].flatMap(([, login]) => login ?? []);
}
