import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findOverlap } from '../../repository/overlaps.ts';
import { pathFault } from '../../repository/paths.ts';
import type { TreeEntry } from '../../repository/entries.ts';
import type { FileText } from '../../schemas/mind.ts';
import { RepositoryPath } from '../../schemas/todoList.ts';
import type { SecretFinder } from '../lib/secrets.ts';
import type { Box } from '../sandbox/box.ts';
import { longestText, textOf } from './commitFiles.ts';
import { secretIn } from './editing.ts';
import { ignoredBy } from './ignoring.ts';
import type { differences, Listed } from './listing.ts';
import type { Protection } from './protection.ts';
import { somePaths } from './wording.ts';

/** More than this comes from a build or an accident, not from work on the task. */
const mostFiles = 1000;
const mostBytes = 32 * 2 ** 20;

export type Gathering = {
  box: Box;
  changes: ReturnType<typeof differences>;
  /** Of the commit that the box had before. */
  entries: ReadonlyMap<string, TreeEntry>;
  gitignore: string;
  isProtected: Protection;
  findSecrets: SecretFinder;
  /** An empty folder of the host. */
  scratch: string;
  signal: AbortSignal;
};

/** What of a box's changed files becomes a commit. `putBack` must become again what the commit has; `notes` tell the model what was left out. */
export type Gathered = { files: FileText[]; putBack: string[]; notes: string[] };

/** Decides about each changed file by the same rules as an edit. Links and special files are never followed; the content is that of a hostile box. */
export async function gatherChanges(gathering: Gathering): Promise<Gathered | { tooMuch: string }> {
  const { changes, entries, isProtected, scratch, signal } = gathering;
  const notes: string[] = [];
  const note = (what: string, paths: readonly string[]) => void (paths.length > 0 && notes.push(`${what}: ${somePaths(paths)}.`));

  const gone = changes.gone.filter((path) => entries.has(path));
  const untracked = changes.written.filter(({ path }) => !entries.has(path));
  const written = changes.written.filter(({ path }) => entries.has(path));
  const rules = await gitignoreNow(gathering);
  const ignored = await ignoredBy(rules, untracked.map(({ path }) => path), scratch, signal); // prettier-ignore
  written.push(...untracked.filter(({ path }) => !ignored.has(path)));
  const bytes = written.reduce((sum, { size, type }) => sum + (type === 'file' && size <= longestText ? size : 0), 0);
  if (written.length + gone.length > mostFiles || bytes > mostBytes)
    return {
      tooMuch: `${written.length + gone.length} files changed (${Math.round(bytes / 2 ** 20)} MiB of text), more than one step may change`,
    };

  const isGuarded = (path: string) => entries.has(path) && isProtected(path);
  const guarded = [...written.map(({ path }) => path), ...gone].filter((path) => isGuarded(path));
  const sorted = sort(written.filter(({ path }) => !isGuarded(path)), entries, isProtected); // prettier-ignore
  const read = await readAll(gathering, sorted.readable);
  const secrets: string[] = [];
  const texts: FileText[] = [];
  for (const { path, text } of read.texts) {
    const secret = await secretIn(gathering.findSecrets, path, text);
    if (secret === undefined) texts.push({ path, text });
    else if (secrets.push(path) === 1) notes.push(`${secret} The file was put back.`);
  }
  const isFile = (path: string) => entries.get(path)?.kind === 'file';
  const deleted = gone.filter((path) => !isGuarded(path) && isFile(path)).map((path) => ({ path, text: null }));
  sorted.replaced.push(...gone.filter((path) => !isGuarded(path) && !isFile(path)));
  const placed = withoutOverlaps([...deleted, ...texts], entries);

  note('For the same reason these were put back', secrets.slice(1));
  note('Protected files were put back as they were', guarded);
  note('Protected paths cannot be created; these were removed', sorted.forbidden);
  note('Links and special files are not kept; what stood there was put back', sorted.replaced);
  note('Links and special files are not kept', sorted.special);
  note('Left out, because they are not text or larger than 1 MiB (they are in this sandbox only)', [...sorted.large, ...read.binary]);
  note('Left out, because no repository can hold such a name on every system', sorted.unnameable);
  note('Left out, because they could not be read', read.unreadable);
  note('Left out, because they stand where another file is a folder', placed.dropped);
  return { files: placed.files, putBack: [...guarded, ...sorted.forbidden, ...sorted.replaced, ...secrets, ...placed.dropped], notes };
}

function sort(written: readonly Listed[], entries: Gathering['entries'], isProtected: Protection) {
  const sorted = { readable: [] as string[], special: [] as string[], replaced: [] as string[], large: [] as string[], unnameable: [] as string[], forbidden: [] as string[] }; // prettier-ignore
  for (const { path, type, size } of written) {
    const tracked = entries.get(path);
    if (path.includes('\uFFFD') || pathFault(path) !== undefined || !RepositoryPath.safeParse(path).success) sorted.unnameable.push(path);
    else if (isProtected(path)) sorted.forbidden.push(path);
    else if (tracked !== undefined && (type !== 'file' || tracked.kind !== 'file')) sorted.replaced.push(path);
    else if (type !== 'file') sorted.special.push(path);
    else if (size > longestText) sorted.large.push(path);
    else sorted.readable.push(path);
  }
  return sorted;
}

async function readAll({ box, scratch }: Gathering, paths: readonly string[]) {
  const out = join(scratch, 'out');
  const texts: { path: string; text: string }[] = [];
  const [binary, unreadable]: [string[], string[]] = [[], []];
  const copied = await copyEach(box, paths, out);
  for (const path of paths) {
    const bytes = copied.has(path) ? await readFile(join(out, path)).catch(() => undefined) : undefined;
    const text = textOf(bytes);
    if (bytes === undefined) unreadable.push(path);
    else if (text === undefined || bytes.length > longestText) binary.push(path);
    else texts.push({ path, text });
  }
  return { texts, binary, unreadable };
}

/** Copies all at once, and where that is refused one by one, so that one bad file does not keep the others back. */
async function copyEach(box: Box, paths: readonly string[], to: string): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const whole = await box.copyOut(paths, to, mostBytes * 2).then(
    () => true,
    () => false,
  );
  if (whole) return new Set(paths);
  const done = new Set<string>();
  for (const path of paths.slice(0, 50)) {
    await box.copyOut([path], to, longestText * 2).then(
      () => done.add(path),
      () => undefined,
    );
  }
  return done;
}

/** New files that cannot stand beside what stays, or where a folder was, go; git would refuse the commit. */
function withoutOverlaps(files: readonly FileText[], entries: Gathering['entries']): { files: FileText[]; dropped: string[] } {
  const folders = new Set([...entries.keys()].flatMap((path) => path.split('/').map((_, i, parts) => parts.slice(0, i).join('/'))));
  const dropped = files.filter(({ path, text }) => text !== null && folders.has(path)).map(({ path }) => path);
  for (;;) {
    const kept = files.filter(({ path }) => !dropped.includes(path));
    const gone = new Set(kept.filter(({ text }) => text === null).map(({ path }) => path));
    const added = kept.filter(({ path, text }) => text !== null && !entries.has(path)).map(({ path }): TreeEntry => ({ path, kind: 'file', id: '', size: 0 })); // prettier-ignore
    const overlap = added.length === 0 ? undefined : findOverlap([...entries.values()].filter(({ path }) => !gone.has(path)).concat(added)); // prettier-ignore
    const wrong = [overlap?.path, overlap?.other].find((path) => added.some((entry) => entry.path === path));
    if (wrong === undefined) return { files: kept, dropped };
    dropped.push(wrong);
  }
}

async function gitignoreNow({ box, gitignore, changes }: Gathering): Promise<string> {
  const changed = changes.written.some(({ path }) => path === '.gitignore');
  return changed ? ((await box.readText('.gitignore', 2 ** 16)) ?? gitignore) : gitignore;
}
