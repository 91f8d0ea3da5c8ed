import { randomUUID } from 'node:crypto';
import type { Change } from './bare.ts';
import { checkRunEvent, commentEvent, envelope, pullEvent, pushEvent, reviewEvent } from './events.ts';
import type { Delivery } from './hooks.ts';
import { freshen, mergePull, openPull } from './routes/pulls.ts';
import type { World } from './routing.ts';
import type { Actor, CheckRun, CommitStatus, Deployment, Pull, RepositoryState, SubmittedReview } from './state.ts';

export type Comment = { id: number; body: string; user: { login: string }; created_at: string; updated_at: string };
type By = { by?: string };
type Told<T> = T & { delivery?: Delivery };
export type Opening = By & {
  branch: string;
  base?: string;
  files?: Change['files'];
  title?: string;
  body?: string;
  draft?: boolean;
  from?: TestGitHubRepository;
  author?: string;
  committer?: string;
};

/** One repository on the emulated GitHub. What people do is told to the webhook, and waited for until the receiver answered. */
export type TestGitHubRepository = {
  owner: string;
  repo: string;
  /** Where git reads it. */
  url: string;
  bare: RepositoryState['bare'];
  /** A commit on a branch (default main), told to nobody. */
  commit(files: Change['files'], options?: Partial<Change>): Promise<string>;
  /** The same, told: `push`, and `synchronize` of each open pull request of the branch. Answers the commit. */
  push(files: Change['files'], options?: Partial<Change> & By): Promise<string>;
  /** `files` are committed to `branch` (made from the base) first; `from` is the fork that holds the branch. */
  open(opening: Opening): Promise<Told<{ number: number; head: string }>>;
  close(number: number, by?: By): Promise<void>;
  reopen(number: number, by?: By): Promise<void>;
  /** A draft becomes ready for review. */
  ready(number: number, by?: By): Promise<void>;
  merge(number: number, by?: By): Promise<string>;
  comment(number: number, text: string, by?: By): Promise<Told<{ id: number }>>;
  review(
    number: number,
    review: By & { state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED'; body?: string; commit?: string },
  ): Promise<Told<{ id: number }>>;
  /** Somebody clicks "Re-run" of a check. */
  rerequest(run: number, by?: By): Promise<Delivery | undefined>;
  /** What every payload carries: `repository`, `sender`, `installation`; for payloads that a test makes itself. */
  envelope(by?: By): ReturnType<typeof envelope>;
  head(branch?: string): Promise<string | undefined>;
  branches(): Promise<string[]>;
  pulls(): Pull[];
  pull(number: number): Pull;
  comments(number: number): Promise<Comment[]>;
  labels(number: number): string[];
  checkRuns(sha?: string): CheckRun[];
  statuses(sha?: string): CommitStatus[];
  deployments(): Deployment[];
  reviews(number: number): SubmittedReview[];
};

export function testRepository(world: World, repository: RepositoryState): TestGitHubRepository {
  const { state, hooks, core } = world;
  const person = (login: string | undefined, otherwise = repository.parent === undefined ? 'ada' : repository.owner): Actor => {
    const name = login ?? otherwise;
    return { login: name, id: state.users.get(name) ?? 0, type: 'User' };
  };
  const pullOf = (number: number): Pull => {
    const pull = repository.pulls.get(number);
    if (pull === undefined) throw new Error(`${repository.full} has no pull request ${number}`);
    return pull;
  };
  const tellPull = async (number: number, action: string, by?: By, more?: object) => {
    const pull = await freshen(world, repository, pullOf(number));
    return hooks.send('pull_request', pullEvent(state, repository, pull, person(by?.by), action, more));
  };

  const it: TestGitHubRepository = {
    owner: repository.owner,
    repo: repository.repo,
    url: `file://${repository.bare.path}`,
    bare: repository.bare,
    commit: (files, options = {}) => repository.bare.commit({ files, branch: 'main', ...options }),
    async push(files, { by, ...options } = {}) {
      const branch = options.branch ?? 'main';
      const before = await it.head(branch);
      const after = await it.commit(files, { author: by ?? 'ada', ...options });
      repository.pushedAt = new Date().toISOString();
      const sender = person(by);
      await hooks.send('push', pushEvent(state, repository, sender, { branch, before, after }));
      for (const base of state.repositories.values()) {
        const touched = [...base.pulls.values()].filter(
          ({ state: is, head }) => is === 'open' && head.full === repository.full && head.ref === branch,
        );
        for (const pull of touched) {
          await freshen(world, base, pull);
          await hooks.send('pull_request', pullEvent(state, base, pull, sender, 'synchronize', { before, after }));
        }
      }
      return after;
    },
    async open({
      branch,
      base = 'main',
      files = { [`${branch}.txt`]: `${randomUUID()}\n` },
      title = `Change ${branch}`,
      from = it,
      by,
      ...rest
    }) {
      const who = person(by, from.owner === repository.owner ? 'ada' : from.owner);
      if (from !== it)
        await from.bare.git(['fetch', '--quiet', '--no-tags', repository.bare.path, `+refs/heads/${base}:refs/heads/${base}`]);
      const { author = who.login, committer = author } = rest;
      if (Object.keys(files).length > 0) {
        const isNew = (await from.head(branch)) === undefined;
        await from.bare.commit({ files, branch, message: title, author, committer, ...(isNew ? { from: base } : {}) });
      }
      const body = { title, head: `${from.owner}:${branch}`, base, body: rest.body, draft: rest.draft };
      const pull = await openPull(world, repository, { actor: who, body });
      if ('status' in pull) throw new Error(JSON.stringify(pull.body));
      const delivery = await tellPull(pull.number, 'opened', { by: who.login });
      return { number: pull.number, head: pull.head.sha, delivery };
    },
    async close(number, by) {
      await freshen(world, repository, pullOf(number));
      pullOf(number).state = 'closed';
      await tellPull(number, 'closed', by);
    },
    async reopen(number, by) {
      pullOf(number).state = 'open';
      await tellPull(number, 'reopened', by);
    },
    async ready(number, by) {
      pullOf(number).draft = false;
      await tellPull(number, 'ready_for_review', by);
    },
    async merge(number, by) {
      const pull = pullOf(number);
      const before = await it.head(pull.base.ref);
      const merged = await mergePull(world, repository, pull);
      if (merged === undefined) throw new Error(`${repository.full}#${number} has conflicts`);
      await tellPull(number, 'closed', by);
      await hooks.send('push', pushEvent(state, repository, person(by?.by), { branch: pull.base.ref, before, after: merged }));
      return merged;
    },
    async comment(number, text, by) {
      const sender = person(by?.by);
      const made = await core.ask('POST', `/repos/${repository.full}/issues/${number}/comments`, sender.login, { body: text });
      const comment = made.body as { id: number };
      const delivery = await hooks.send('issue_comment', commentEvent(state, repository, number, comment, sender));
      return { id: comment.id, delivery };
    },
    async review(number, { by, state: word, body = '', commit }) {
      const pull = await freshen(world, repository, pullOf(number));
      const facts = { id: state.nextId(), pull: number, user: person(by, 'grace'), body, state: word, commit_id: commit ?? pull.head.sha };
      const review: SubmittedReview = { ...facts, comments: [], submitted_at: new Date().toISOString() };
      repository.reviews.push(review);
      const delivery = await hooks.send('pull_request_review', reviewEvent(state, repository, pull, review));
      return { id: review.id, delivery };
    },
    async rerequest(id, by) {
      const run = repository.checkRuns.find((one) => one.id === id);
      if (run === undefined) throw new Error(`${repository.full} has no check run ${id}`);
      return hooks.send('check_run', checkRunEvent(state, repository, run, person(by?.by), 'rerequested'));
    },
    envelope: (by) => envelope(state, repository, person(by?.by)),
    head: (branch = 'main') => repository.bare.resolve(`refs/heads/${branch}`),
    branches: async () =>
      (await repository.bare.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads'])).split('\n').filter(Boolean),
    pulls: () => [...repository.pulls.values()],
    pull: pullOf,
    async comments(number) {
      const all: Comment[] = [];
      for (let page = 1; ; page++) {
        const answer = await core.ask(
          'GET',
          `/repos/${repository.full}/issues/${number}/comments?per_page=100&page=${page}`,
          'mainstay-machine',
        );
        const found = answer.body as Comment[];
        all.push(...found);
        if (found.length < 100) return all;
      }
    },
    labels: (number) => (pullOf(number).labels as { name: string }[]).map(({ name }) => name),
    checkRuns: (sha) => repository.checkRuns.filter((run) => sha === undefined || run.head_sha === sha),
    statuses: (sha) => repository.statuses.filter((status) => sha === undefined || status.sha === sha),
    deployments: () => repository.deployments,
    reviews: (number) => repository.reviews.filter(({ pull }) => pull === number),
  };
  return it;
}
