import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Example = { event: string; action: string; payload: Record<string, unknown> };

/** Every example payload that Octokit has collected. */
export function githubExamples(): Example[] {
  type Listed = { name: string; examples: Record<string, unknown>[] };
  const listed = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('@octokit/webhooks-examples')), 'utf8')) as Listed[];
  return listed.flatMap(({ name, examples }) =>
    examples.map((payload) => ({ event: name, action: typeof payload['action'] === 'string' ? payload['action'] : '', payload })),
  );
}

const repository = { id: 7, full_name: 'acme/shop', pushed_at: 1_700_000_000 };
export const sha = (digit: string) => digit.repeat(40);
export const person = (login: string, type = 'User') => ({ login, type });

/** A push to `main` by ada; `change` replaces fields. */
export function pushPayload(change: Record<string, unknown> = {}) {
  return {
    ref: 'refs/heads/main',
    before: sha('a'),
    after: sha('b'),
    created: false,
    deleted: false,
    forced: false,
    repository,
    pusher: { name: 'ada' },
    sender: person('ada'),
    commits: [{ author: { username: 'grace' }, committer: { username: 'web-flow' } }],
    ...change,
  };
}

export function pullRequestPayload(action: string, change: Record<string, unknown> = {}) {
  return { action, number: 5, pull_request: { number: 5 }, repository, sender: person('ada'), ...change };
}

export function commentPayload(body: string, change: Record<string, unknown> = {}) {
  const comment = { id: 99, body, author_association: 'MEMBER', user: person('ada') };
  return { action: 'created', issue: { number: 5, pull_request: { url: 'x' } }, comment, repository, sender: person('ada'), ...change };
}

export function reviewPayload(state: string, change: Record<string, unknown> = {}) {
  const review = { state, commit_id: sha('c'), author_association: 'OWNER', body: null, user: person('ada') };
  return { action: 'submitted', review, pull_request: { number: 5 }, repository, sender: person('ada'), ...change };
}

export function checkPayload(externalId: string, numbers: number[] = [], change: Record<string, unknown> = {}) {
  const check_run = { external_id: externalId, head_sha: sha('b'), pull_requests: listed(numbers) };
  return { action: 'rerequested', check_run, repository, sender: person('ada'), ...change };
}

export function suitePayload(numbers: number[] = [], commit = sha('b')) {
  return { action: 'rerequested', check_suite: { head_sha: commit, pull_requests: listed(numbers) }, repository, sender: person('ada') };
}

export function workflowPayload(conclusion: string, numbers: number[] = []) {
  const run = { conclusion, head_sha: sha('b'), name: 'CI', html_url: 'https://github.com/acme/shop/actions/runs/1' };
  return { action: 'completed', workflow_run: { ...run, pull_requests: listed(numbers) }, repository, sender: person('ada') };
}

/** The first is of this repository, a number above 100 of another one. */
function listed(numbers: number[]) {
  return numbers.map((number) => ({ number, base: { repo: { id: number > 100 ? 8 : 7 } } }));
}
