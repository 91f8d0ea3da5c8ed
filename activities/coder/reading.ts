import type { Action } from '../../schemas/solveTask.ts';
import { type CommitFiles, isFolder, longestText, nameOfKind, obstacleAbove, textOf } from './commitFiles.ts';
import { insidePath } from './insidePath.ts';
import { longestShown, type Said, shownLine, shownPath } from './wording.ts';

type Reading = Extract<Action, { kind: 'read' }>;

/** Lines of a file with their numbers, or the names in a folder. */
export async function readStep(files: CommitFiles, action: Reading): Promise<Said> {
  const place = insidePath(action.path);
  if (place.fault !== undefined) return { headline: `read ${shownPath(action.path)}`, observation: place.fault };
  const { path } = place;
  const headline = `read ${shownPath(path === '' ? '.' : path)}${range(action)}`;
  const entry = files.entries.get(path);
  if (entry === undefined) return { headline, observation: isFolder(files, path) ? namesIn(files, path) : notThere(files, path) };
  if (entry.kind === 'submodule') return { headline, observation: `${shownPath(path)} is a submodule; its files are not here.` };
  const [bytes] = await files.contents([entry]);
  if (entry.kind === 'link')
    return {
      headline,
      observation: `${shownPath(path)} is a symbolic link to ${shownPath(bytes?.toString('utf8') ?? '')}; links are not followed.`,
    };
  if (entry.size > longestText)
    return {
      headline,
      observation: `${shownPath(path)} has ${entry.size} bytes, more than can be read here; use a command such as head or grep.`,
    };
  const text = textOf(bytes);
  if (text === undefined) return { headline, observation: `${shownPath(path)} is not a text file (${entry.size} bytes).` };
  return { headline, observation: numbered(path, text, action) };
}

/** Two parts of one file are two different things to do. */
function range({ from, to }: Reading): string {
  return from === undefined && to === undefined ? '' : ` ${from ?? 1} to ${to ?? 'the end'}`;
}

function numbered(path: string, text: string, { from = 1, to = Infinity }: Reading): string {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return `${shownPath(path)} is empty.`;
  if (from > lines.length) return `${shownPath(path)} has ${lines.length} lines; there is no line ${from}.`;
  if (to < from) return `Line ${to} comes before line ${from}: give from and to in order.`;
  const shown: string[] = [];
  let room = longestShown;
  for (let number = from; number <= Math.min(to, lines.length); number++) {
    const line = `${String(number).padStart(5)}| ${shownLine(lines[number - 1] ?? '')}`;
    room -= line.length + 1;
    if (room < 0 && shown.length > 0) break;
    shown.push(line);
  }
  const last = from + shown.length - 1;
  const rest = last < Math.min(to, lines.length) ? `\n(lines ${last + 1} to ${lines.length} are left out: read again with from ${last + 1})` : ''; // prettier-ignore
  return `${shownPath(path)}, lines ${from} to ${last} of ${lines.length}:\n${shown.join('\n')}${rest}`;
}

function namesIn({ entries }: CommitFiles, folder: string): string {
  const start = folder === '' ? '' : `${folder}/`;
  const names = new Map<string, number>();
  for (const { path, kind } of entries.values()) {
    if (!path.startsWith(start)) continue;
    const [name = '', ...below] = path.slice(start.length).split('/');
    if (below.length > 0) names.set(`${name}/`, (names.get(`${name}/`) ?? 0) + 1);
    else names.set(kind === 'file' ? name : `${name} (${nameOfKind(kind)})`, 0);
  }
  const lines: string[] = [];
  let room = longestShown;
  for (const [name, count] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const line = count > 0 ? `${shownLine(name)} (${count} files)` : shownLine(name);
    room -= line.length + 1;
    if (room < 0) break;
    lines.push(line);
  }
  const rest = names.size - lines.length;
  if (names.size === 0) return 'The repository has no files yet.';
  return `${folder === '' ? 'The root' : `${shownPath(folder)}/`} holds:\n${lines.join('\n')}${rest > 0 ? `\n(${rest} more names are left out: use search with a glob)` : ''}`;
}

/** Says that there is no such file, with names that are like it. */
export function notThere(files: CommitFiles, path: string): string {
  const above = obstacleAbove(files, path);
  if (above !== undefined)
    return `There is no ${shownPath(path)}: ${shownPath(above.path)} is a ${nameOfKind(above.kind)}, not a folder. Nothing behind it is read or written.`;
  const name = path.split('/').at(-1)?.toLowerCase() ?? '';
  const like = [...files.entries.keys()].filter((other) => other.toLowerCase().split('/').at(-1) === name).slice(0, 5);
  return `There is no file or folder ${shownPath(path)} in the repository.${like.length > 0 ? ` Is one of these meant: ${like.map(shownPath).join(', ')}?` : ''}`;
}
