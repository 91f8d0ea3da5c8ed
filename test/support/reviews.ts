import { createReviewer } from '../../activities/review/reviewer.ts';
import { createSourceReader } from '../../activities/lib/source.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { Review } from '../../schemas/review.ts';
import { makeRepository, temporaryFolder, type TestRepository } from './gitRepository.ts';

/** Path → text; null: not there (any more). */
export type Files = Readonly<Record<string, string | null>>;

export type ReviewedChange = {
  base?: Files;
  head: Files;
  message?: string;
  /** `review:` of the project's rules. */
  rules?: object;
} & Partial<Pick<Parameters<typeof createReviewer>[0], 'model' | 'github' | 'hostEnv'>>;

/** Reviews a change in a real repository: a base with its files, and one commit on a branch of it. Registries are away unless `hostEnv` says other. */
export async function reviewOf({ base = {}, head, message = 'change', ...rest }: ReviewedChange): Promise<Review> {
  const repository = await makeRepository();
  const from = await commit(repository, { '.keep': '', ...base }, 'base');
  await repository.git(['checkout', '--quiet', '-b', 'feature']);
  const to = await commit(repository, head, message);
  return await reviewBetween(repository.path, from, to, rest);
}

/** Reviews what is between two commits of a repository that is there. */
export async function reviewBetween(
  path: string,
  base: string,
  commit: string,
  { rules = {}, hostEnv = nowhere, ...parts }: Omit<ReviewedChange, 'head'>,
): Promise<Review> {
  const sources = createSourceReader({ home: await temporaryFolder() });
  const reviewer = createReviewer({ sources, hostEnv, ...parts });
  const project = ProjectFile.parse({ review: rules });
  return await reviewer.reviewPullRequest({ repo_url: path, pr_number: 7, commit, base, fork: true, rules: project });
}

const nowhere = { PATH: process.env.PATH, npm_config_registry: 'http://127.0.0.1:9/', PIP_INDEX_URL: 'http://127.0.0.1:9/simple/' };

async function commit(repository: TestRepository, files: Files, message: string): Promise<string> {
  const gone = Object.keys(files).filter((path) => files[path] === null);
  if (gone.length > 0) await repository.git(['rm', '--quiet', '-r', '--', ...gone]);
  return await repository.commit(
    Object.fromEntries(Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== null)),
    message,
  );
}

/** The comments of one rule as `severity path:line`. */
export function saidBy(review: Review, rule: string): string[] {
  return review.comments
    .filter((comment) => comment.rule === rule)
    .map(({ severity, path, line }) =>
      [severity, ...(path === undefined ? [] : [line === undefined ? path : `${path}:${line}`])].join(' '),
    );
}
