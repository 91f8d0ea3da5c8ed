import type { RunNews } from '../../../schemas/runNews.ts';
import { type Identity, isOurs } from './identity.ts';
import { type MarkerKind, markerLine, readMarker } from './marker.ts';
import { outgoing } from './outgoing.ts';
import { unlessRefused } from './refusal.ts';
import type { PullRequestDesk } from './desk.ts';

/** A comment of ours that is there. */
export type Found = { id: number; body: string };

/** How what GitHub shows relates to a run's news: `older` news say nothing new; `overtaken` is a run whose pull request has a newer one. */
export type Standing = { state: 'current' | 'older' | 'overtaken'; sameCommit: boolean };

/** Our comments with a marker of the kind, oldest first. */
export async function commentsOf(desk: PullRequestDesk, identity: Identity, kind: MarkerKind): Promise<Found[]> {
  const { octokit, at, number } = desk;
  const all = await octokit.paginate(octokit.rest.issues.listComments, { ...at, issue_number: number, per_page: 100 });
  return all
    .filter(({ user, body }) => isOurs(identity, user) && readMarker(kind, body) !== undefined)
    .map(({ id, body = '' }) => ({ id, body }))
    .toSorted((a, b) => a.id - b.id);
}

export function standingOf(news: RunNews, shown: Found | undefined): Standing {
  const marker = readMarker('run', shown?.body);
  const sameCommit = marker?.['commit'] === news.source.commit;
  if (marker === undefined) return { state: 'current', sameCommit };
  if (marker['key'] === news.key) return { state: Number(marker['revision']) > news.revision ? 'older' : 'current', sameCommit };
  const newer = Date.parse(marker['started'] ?? '') > Date.parse(news.startedAt);
  return { state: newer ? 'overtaken' : 'current', sameCommit };
}

/** The text with the line by which it, its run and its state are known again. */
export function markedStory(news: RunNews, story: string): string {
  const { key, revision, startedAt, source } = news;
  return outgoing(`${markerLine('run', { key, revision: String(revision), started: startedAt, commit: source.commit })}\n${story}`);
}

/** Makes the pull request's one comment say the text. A revision alone is no reason to write. */
export async function showComment(desk: PullRequestDesk, identity: Identity, shown: Found[], body: string): Promise<void> {
  const { octokit, at, number } = desk;
  const [first, ...others] = shown;
  if (first === undefined) {
    await octokit.rest.issues.createComment({ ...at, issue_number: number, body });
    // Another attempt may have looked at the same time: the oldest stays.
    const [, ...doubles] = await commentsOf(desk, identity, 'run');
    return removeComments(desk, doubles);
  }
  await removeComments(desk, others);
  if (content(first.body) !== content(body)) await octokit.rest.issues.updateComment({ ...at, comment_id: first.id, body });
}

export async function removeComments({ octokit, at }: PullRequestDesk, comments: readonly Found[]): Promise<void> {
  for (const { id } of comments) await unlessRefused([404], () => octokit.rest.issues.deleteComment({ ...at, comment_id: id }));
}

function content(body: string): string {
  return body
    .replaceAll('\r\n', '\n')
    .replace(/ revision=\d+/, '')
    .trim();
}
