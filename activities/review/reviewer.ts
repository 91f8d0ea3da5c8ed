import { Context } from '@temporalio/activity';
import { parseRepository } from '../../repository/location.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import type { Review, ReviewComment } from '../../schemas/review.ts';
import type { GitHubAgent, Reviewer, ReviewOrder } from '../contracts.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import type { Model } from '../lib/model/model.ts';
import type { SourceReader } from '../lib/source.ts';
import type { Change } from './change.ts';
import { mostImportant } from './comments.ts';
import { createRegistries } from './licences/registries.ts';
import { readPatch } from './opinion/readPatch.ts';
import { secondOpinion } from './opinion/secondOpinion.ts';
import { titleOf } from './opinion/titleOf.ts';
import { readChange } from './readChange.ts';
import { allRules } from './rules/list.ts';
import { owners } from './rules/owners.ts';
import { summaryOf } from './summary.ts';

type ReviewerParts = {
  sources: Pick<SourceReader, 'read' | 'tree'>;
  /** Tells the title to a model. */
  github?: Pick<GitHubAgent, 'readPullRequest'>;
  model?: Model;
  /** Environment in which npm and pip find their registries. */
  hostEnv?: NodeJS.ProcessEnv;
};

/** A model that is away is waited for by failing this often; then the review does without it. */
const patientAttempts = 2;

/** Reviews the change between two commits by the project's rules; reads it by git, runs nothing of it. */
export function createReviewer({ sources, github, model, hostEnv = process.env }: ReviewerParts) {
  const rules = allRules(createRegistries(hostEnv));

  async function review(order: ReviewOrder, signal: AbortSignal, progress: (text: string) => void): Promise<Review> {
    const notices = new Set<string>();
    const { repository } = parseRepository(order.repo_url);
    const asked = { repository, commit: CommitSha.parse(order.commit), base: CommitSha.parse(order.base) };
    const wanted = order.rules.review;

    progress('reading the change\n');
    const change = await readChange(sources, { ...asked, ignore: wanted.ignore }, { signal, notice: (text) => notices.add(text) });
    progress(`looking at ${change.files.length} files\n`);
    const comments: ReviewComment[] = [];
    for (const rule of rules) {
      signal.throwIfAborted();
      comments.push(...(await rule(change, wanted)));
    }
    const owned = await owners(change, wanted);
    const opinion = wanted.model ? await ask(order, change, progress) : undefined;

    const approved = comments.every(({ severity }) => severity !== 'block');
    const shown = mostImportant([...comments, ...owned.comments, ...(opinion?.comments ?? [])], (text) => notices.add(text));
    return {
      approved,
      summary: summaryOf({ approved, files: change.files, comments: shown }),
      comments: shown,
      owners: owned.owners,
      ...(opinion?.model !== undefined && { model: opinion.model }),
      notices: [...notices],
    };
  }

  async function ask(order: ReviewOrder, change: Change, progress: (text: string) => void) {
    if (model === undefined) return undefined;
    progress(`asking ${model.name}\n`);
    const at = {
      repository: parseRepository(order.repo_url).repository,
      commit: CommitSha.parse(order.commit),
      base: CommitSha.parse(change.base),
    };
    return await secondOpinion(change, {
      model,
      title: github && (await titleOf(github, order, change)),
      patient: currentAttempt() <= patientAttempts,
      readPatch: (files, most) => sources.read(at, (git) => readPatch(git, at, files, most), change.signal),
    });
  }

  return {
    reviewPullRequest: (order) =>
      whileHeartbeating((signal, progress) => review(order, signal, progress), {
        repository: order.repo_url,
        pull_request: `${order.pr_number}`,
      }),
  } satisfies Reviewer;
}

/** Outside an activity nobody tries again. */
function currentAttempt(): number {
  try {
    return Context.current().info.attempt;
  } catch {
    return Infinity;
  }
}
