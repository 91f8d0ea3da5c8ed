import { findOverlap } from '../../repository/overlaps.ts';
import type { FileText } from '../../schemas/mind.ts';
import type { Action } from '../../schemas/solveTask.ts';
import { RepositoryPath } from '../../schemas/todoList.ts';
import type { SecretFinder } from '../lib/secrets.ts';
import { type CommitFiles, isFolder, longestText, nameOfKind, obstacleAbove, textOf } from './commitFiles.ts';
import { insidePath } from './insidePath.ts';
import type { Protection } from './protection.ts';
import { notThere } from './reading.ts';
import { type Said, shownLine, shownPath } from './wording.ts';

type Editing = Extract<Action, { kind: 'edit' }>;
type Rules = { isProtected: Protection; findSecrets: SecretFinder };

/** What an edit comes to: the file's new text, or only words about why it cannot be done. */
export async function editStep(files: CommitFiles, action: Editing, rules: Rules): Promise<Said & { file?: FileText }> {
  const place = insidePath(action.path);
  const headline = `${action.text === null ? 'delete' : 'edit'} ${shownPath(place.fault === undefined ? place.path : action.path)}`;
  const refused = (observation: string) => ({ headline: `${headline}: not done`, observation: `Not done. ${observation}` });
  if (place.fault !== undefined) return refused(place.fault);

  const { path } = place;
  const fault = faultOf(files, path, rules.isProtected);
  if (fault !== undefined) return refused(fault);
  const made = await newText(files, path, action);
  if (typeof made === 'string') return refused(made);
  if (made.text === null) return { headline, observation: `Deleted ${shownPath(path)}.`, file: { path, text: null } };

  const secret = await secretIn(rules.findSecrets, path, made.text);
  if (secret !== undefined) return refused(`${secret} Read it from the environment instead.`);
  if (made.text === made.before) return { headline, observation: `${shownPath(path)} has this text already; nothing was changed.` };
  const what = made.before === undefined ? 'Created' : 'Changed';
  return { headline, observation: `${what} ${shownPath(path)}${made.note}.`, file: { path, text: made.text } };
}

/** Why a path must not be written, as a sentence; undefined when it may be. */
export function faultOf(files: CommitFiles, path: string, isProtected: Protection): string | undefined {
  if (path === '') return 'The path is that of the whole working tree; name a file in it, such as src/retry.ts.';
  const wellFormed = RepositoryPath.safeParse(path);
  if (!wellFormed.success) return `${shownPath(path)} ${wellFormed.error.issues[0]?.message ?? 'is no path of the repository'}.`;
  if (isProtected(path))
    return `${shownPath(path)} is protected: it may be read, and must stay as it is. Reach the goal without changing it.`;
  const entry = files.entries.get(path);
  if (entry !== undefined && entry.kind !== 'file') return `${shownPath(path)} is a ${nameOfKind(entry.kind)}; only files can be edited.`;
  if (entry === undefined && isFolder(files, path)) return `${shownPath(path)} is a folder.`;
  if (obstacleAbove(files, path) !== undefined) return notThere(files, path);
  if (entry === undefined) {
    const overlap = findOverlap([...files.entries.values(), { path, kind: 'file', id: '', size: 0 }]);
    if (overlap?.path === path || overlap?.other === path)
      return `${shownPath(path)} cannot stand beside ${shownPath(overlap.path === path ? overlap.other : overlap.path)}.`;
  }
  return undefined;
}

/** Says which secret stands in the text, and where, without showing it. */
export async function secretIn(findSecrets: SecretFinder, path: string, text: string): Promise<string | undefined> {
  const [secret] = await findSecrets(text, path);
  if (secret === undefined) return undefined;
  return `${shownPath(path)} line ${secret.line} holds what looks like a secret (${shownLine(secret.rule)}); secrets must not be in the repository.`;
}

type NewText = { text: string | null; before?: string; note: string };

async function newText(files: CommitFiles, path: string, { find, text }: Editing): Promise<NewText | string> {
  const entry = files.entries.get(path);
  if (entry === undefined && (text === null || find !== undefined)) return notThere(files, path);
  if (text === null) {
    return find === undefined ? { text: null, note: '' } : 'text null takes the whole file away: leave find out, or give the text that takes its place.'; // prettier-ignore
  }
  const before = entry === undefined ? undefined : textOf((await files.contents([entry]))[0]);
  if (Buffer.byteLength(text) > longestText) return `${shownPath(path)} would be larger than 1 MiB.`;
  if (find === undefined) return { text, before, note: ` (${lineCount(text)} lines)` };
  if (before === undefined) return `${shownPath(path)} is not a text file of at most 1 MiB; give its whole text without find.`;

  const at = before.indexOf(find);
  if (at < 0)
    return `The text of find does not stand in ${shownPath(path)}${nearly(before, find)}. Read the file again and copy it exactly.`;
  const others = occurrences(before, find);
  if (others.length > 1)
    return `The text of find stands in ${shownPath(path)} ${others.length > 20 ? 'more than 20' : others.length} times, at lines ${others.slice(0, 20).join(', ')}; take in lines around it so that it is there exactly once.`;
  const after = before.slice(0, at) + text + before.slice(at + find.length);
  if (Buffer.byteLength(after) > longestText) return `${shownPath(path)} would be larger than 1 MiB.`;
  return { text: after, before, note: `, line ${lineAt(before, at)}: ${lineCount(find)} lines became ${lineCount(text)}` };
}

function occurrences(text: string, find: string): number[] {
  const lines: number[] = [];
  for (let at = text.indexOf(find); at >= 0 && lines.length <= 20; at = text.indexOf(find, at + 1)) lines.push(lineAt(text, at));
  return lines;
}

function nearly(text: string, find: string): string {
  const plain = (given: string) => given.replace(/\s+/g, ' ').trim();
  return plain(find) !== '' && plain(text).includes(plain(find)) ? ' with these spaces and line breaks' : '';
}

function lineAt(text: string, at: number): number {
  return lineCount(text.slice(0, at + 1));
}

function lineCount(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
