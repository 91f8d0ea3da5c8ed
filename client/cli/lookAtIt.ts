import { fileURLToPath } from 'node:url';
import type { FeatureView } from '../view.ts';

/** Commands that bring a finished branch in front of a person, in the order of use; none where nothing was published. */
export function lookAtIt({ branch, source, created }: Pick<FeatureView, 'branch' | 'source' | 'created'>): string[] {
  if (branch === undefined || source === undefined) return [];
  const { repository, commit } = source;
  const [place, name] = [quoted(repository), quoted(branch)];
  if (created) return [`git clone --branch ${name} ${place}`];
  if (/^https?:/.test(repository))
    return [`git fetch ${place} ${name} && git log --oneline --stat ${commit.slice(0, 12)}..FETCH_HEAD`, 'git switch --detach FETCH_HEAD'];
  const folder = quoted(repository.startsWith('file:') ? fileURLToPath(repository) : repository);
  return [
    `git -C ${folder} log --oneline --stat ${quoted(`${commit.slice(0, 12)}..${branch}`)}`,
    `git -C ${folder} diff ${quoted(`${commit.slice(0, 12)}...${branch}`)}`,
    `git -C ${folder} switch ${name}`,
  ];
}

/** A word for a POSIX shell; as it is where nothing in it means something there. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
