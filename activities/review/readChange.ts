import type { Git } from '../../repository/git.ts';
import { globMatcher } from '../../repository/glob.ts';
import { CommitSha } from '../../schemas/nouns.ts';
import { plainLine } from '../../schemas/plainText.ts';
import type { SourceReader } from '../lib/source.ts';
import type { Change } from './change.ts';
import { someOf } from './comments.ts';
import { readDiff } from './readDiff.ts';

export type ChangeOrder = { repository: string; commit: CommitSha; base: CommitSha; ignore: readonly string[] };

/** Most commits whose first lines are read. */
const mostCommits = 500;
const longestSubject = 500;

/** Binary by nature; another binary file may be text with one byte that hides it. */
const media =
  /\.(?:png|jpe?g|gif|ico|webp|avif|bmp|tiff?|pdf|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|zip|gz|tgz|xz|bz2|zst|jar|whl|wasm|so|dylib|dll|exe|class|pyc|db|sqlite)$/i;

/** Reads the change from the place where the commit left its base, as a pull request shows it; the repository's own mirror is all that is asked. */
export async function readChange(
  sources: Pick<SourceReader, 'read' | 'tree'>,
  { repository, commit, base, ignore }: ChangeOrder,
  { signal, notice }: Pick<Change, 'signal' | 'notice'>,
): Promise<Change> {
  const read = await sources.read(
    { repository, commit, base },
    async (git) => {
      const fork = await forkPoint(git, base, commit);
      const from = fork ?? base;
      return {
        from,
        related: fork !== undefined,
        diff: await readDiff(git, from, commit),
        subjects: await subjectsBetween(git, from, commit),
      };
    },
    signal,
  );
  if (!read.related) notice('the head shares no history with its base: everything that differs was looked at');
  for (const text of read.diff.notices) notice(text);

  const unread = read.diff.files.filter(({ path, binary, status }) => binary && status !== 'deleted' && !media.test(path));
  if (unread.length > 0) notice(`not read, as they are binary: ${someOf(unread.map(({ path }) => path))}`);

  const ignored = matchers(ignore, 'review.ignore', notice);
  return {
    base: read.from,
    commit,
    files: read.diff.files.filter(({ path }) => !ignored.some(({ matches }) => matches(path))),
    removedLines: read.diff.removedLines,
    before: await sources.tree({ repository, commit }, read.from, signal),
    after: await sources.tree({ repository, commit }, commit, signal),
    subjects: read.subjects,
    notice,
    signal,
  };
}

/** Matchers of globs from the rules; one that cannot be read is said and left out. */
export function matchers(globs: readonly string[], setting: string, notice: Change['notice']) {
  return globs.flatMap((glob) => {
    try {
      return [{ glob, matches: globMatcher(glob) }];
    } catch (error) {
      notice(`${setting}: ${plainLine(glob, 80)} was left out: ${error instanceof Error ? plainLine(error.message) : 'it cannot be read'}`);
      return [];
    }
  });
}

async function forkPoint(git: Git, base: string, commit: string): Promise<CommitSha | undefined> {
  const found = await git.attempt(['merge-base', base, commit]);
  return found.exitCode === 0 ? CommitSha.parse(found.output.toString('utf8').trim()) : undefined;
}

async function subjectsBetween(git: Git, base: string, commit: string): Promise<Change['subjects']> {
  const format = ['--no-merges', '--reverse', '-z', '--format=%H%x09%s', `--max-count=${mostCommits}`];
  const listed = await git.text(['log', ...format, `${base}..${commit}`]);
  return listed
    .split('\0')
    .filter(Boolean)
    .map((entry) => {
      const tab = entry.indexOf('\t');
      return { commit: entry.slice(0, tab), subject: entry.slice(tab + 1, tab + 1 + longestSubject) };
    });
}
