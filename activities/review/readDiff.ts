import type { Git } from '../../repository/git.ts';
import { boundedLines, upTo } from './boundedLines.ts';
import type { AddedLine, ChangedFile } from './change.ts';
import { readGitPath } from './gitPath.ts';

/** Bounds of what is kept of a change, however large it is. */
export const diffLimits = { lineBytes: 8192, keptBytes: 16 * 2 ** 20, readBytes: 128 * 2 ** 20, removedLines: 50_000 };

type Limits = typeof diffLimits;
type Mutable = { -readonly [Key in keyof ChangedFile]: ChangedFile[Key] } & { lines: AddedLine[] };

/** The changed files, and in words what was left out because the change is too large. */
export type ReadDiff = { files: ChangedFile[]; removedLines: ReadonlySet<string>; notices: string[] };

// Above this many new files only those that moved unchanged are seen as moved: comparing all with all takes minutes.
const renameLimit = 400;

/** Arguments of git for a diff of two commits as text, with paths behind `a/` and `b/`, whatever is configured. */
export function diffTree(options: readonly string[], base: string, commit: string): string[] {
  const plain = ['--no-color', '--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/'];
  // Newer versions of git take attributes of a bare repository from its HEAD, where `-diff` would hide a file.
  return ['-c', 'attr.tree=', 'diff-tree', '-r', '-p', '-M', `-l${renameLimit}`, ...plain, ...options, base, commit];
}

/** Reads what differs between two commits in one pass, in bounded memory. Links, submodules and binary files have no lines. */
export async function readDiff(git: Git, base: string, commit: string, limits: Limits = diffLimits): Promise<ReadDiff> {
  const args = diffTree(['--raw', '--unified=0'], base, commit);
  const reader = createReader(limits);
  const pieces = upTo(git.stream(args), limits.readBytes, () =>
    reader.notices.add(`the change is larger than ${limits.readBytes / 2 ** 20} MiB: what comes after that was not looked at`),
  );
  for await (const lines of boundedLines(pieces, limits.lineBytes)) {
    for (const { text, cut } of lines) reader.take(text, cut);
  }
  return { files: [...reader.files.values()], removedLines: reader.removed, notices: [...reader.notices] };
}

/** A line as it is compared with others: indentation and spacing do not count. */
export function withoutSpace(line: string): string {
  return line.replace(/\s+/g, '').slice(0, 200);
}

function createReader(limits: Limits) {
  const files = new Map<string, Mutable>();
  const notices = new Set<string>();
  const removed = new Set<string>();
  let file: Mutable | undefined;
  let old = '';
  let next = 0;
  let left = { old: 0, new: 0 };
  let kept = 0;

  function add(text: string, cut: boolean) {
    const size = text.length + 64;
    if (file === undefined) return;
    if (cut) notices.add(`lines longer than ${limits.lineBytes} bytes were read only to there`);
    if (kept + size > limits.keptBytes) {
      notices.add(`the change adds more than ${limits.keptBytes / 2 ** 20} MiB of text: lines after that were counted, but not read`);
      return;
    }
    kept += size;
    file.lines.push({ line: next, text: text.replace(/\r$/, '') });
  }

  return {
    files,
    notices,
    removed,
    take(line: string, cut: boolean) {
      // Inside a hunk a line of the file may look like a header.
      if (left.old > 0 && line.startsWith('-')) {
        left.old--;
        if (removed.size < limits.removedLines) removed.add(withoutSpace(line.slice(1)));
      } else if (left.new > 0 && line.startsWith('+')) {
        add(line.slice(1), cut);
        left.new--;
        next++;
      } else if (cut) notices.add(`files whose path is longer than ${limits.lineBytes} bytes were not looked at`);
      else if (line.startsWith(':')) readRaw(line, files);
      else if (line.startsWith('diff --git ')) file = undefined;
      else if (line.startsWith('--- ')) old = pathOf(line, 'a/');
      else if (line.startsWith('+++ ')) file = files.get(line === '+++ /dev/null' ? old : pathOf(line, 'b/'));
      else if (line.startsWith('Binary files ')) markBinary(line, files);
      else {
        const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
        if (hunk === null) return;
        left = { old: Number(hunk[1] ?? 1), new: Number(hunk[3] ?? 1) };
        next = Number(hunk[2]);
        if (file === undefined) return;
        file.added += left.new;
        file.removed += left.old;
      }
    },
  };
}

function pathOf(line: string, prefix: string): string {
  const path = readGitPath(line.slice(4));
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** https://git-scm.com/docs/diff-format#_raw_output_format */
function readRaw(line: string, files: Map<string, Mutable>): void {
  const [header = '', first = '', second] = line.split('\t');
  const [from = '', to = '', , , letter = ''] = header.slice(1).split(' ');
  const mode = letter.startsWith('D') ? from : to;
  const path = readGitPath(second ?? first);
  // A link's or a submodule's text is no content of the project.
  if (mode !== '100644' && mode !== '100755' && mode !== '100664') return;
  const status = ({ A: 'added', D: 'deleted', R: 'renamed' } as const)[letter[0] ?? ''] ?? 'modified';
  const moved = status === 'renamed' ? { from: readGitPath(first) } : {};
  files.set(path, { path, status, ...moved, binary: false, added: 0, removed: 0, lines: [] });
}

function markBinary(line: string, files: Map<string, Mutable>): void {
  const names = /^Binary files (.+) and (.+) differ$/s.exec(line);
  if (names === null) return;
  const [, before = '', after = ''] = names;
  const file = files.get(readGitPath(after === '/dev/null' ? before : after).replace(/^[ab]\//, ''));
  if (file) file.binary = true;
}
