import { setImmediate as breathe } from 'node:timers/promises';
import { RE2JS } from 're2js';
import { globMatcher } from '../../repository/glob.ts';
import type { TreeEntry } from '../../repository/entries.ts';
import type { Action } from '../../schemas/solveTask.ts';
import { type CommitFiles, longestText, textOf } from './commitFiles.ts';
import { longestShown, type Said, shownLine, shownPath } from './wording.ts';

type Searching = Extract<Action, { kind: 'search' }>;

const mostHits = 200;
/** Longest search, ms: a model waits for it. */
const searchWithinMs = 10_000;
const batchBytes = 8 * 2 ** 20;
/** Characters of one line that are looked at. */
const longestLooked = 20_000;

/** Lines that match, as `path:line: text`. A pattern or glob that cannot be read is said, with what is wrong. */
export async function searchStep(files: CommitFiles, action: Searching, signal?: AbortSignal): Promise<Said> {
  const headline = `search ${shownLine(action.pattern).slice(0, 80)}${action.glob === undefined ? '' : ` in ${shownPath(action.glob)}`}`;
  const asked = understood(action);
  if (typeof asked === 'string') return { headline, observation: asked };
  const wanted = [...files.entries.values()].filter(({ kind, path, size }) => kind === 'file' && size <= longestText && asked.meant(path));
  if (wanted.length === 0) return { headline, observation: `No text file matches the glob ${shownPath(action.glob ?? '**')}.` };

  const found = await hitsIn(files, wanted, asked.matches, signal);
  if (found.lines.length === 0)
    return { headline, observation: `Nothing matches in ${found.looked} of ${wanted.length} files.${found.note}` };
  return { headline, observation: `${found.lines.join('\n')}${found.note}` };
}

function understood({ pattern, glob }: Searching): string | { matches(line: string): boolean; meant(path: string): boolean } {
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(pattern);
  } catch (error) {
    return `The pattern is not understood: ${reason(error)}. It is a regular expression of RE2, without look-around and back-references.`;
  }
  try {
    const matcher = glob === undefined || glob === '' ? () => true : globMatcher(glob.includes('/') ? glob : `**/${glob}`);
    return { matches: (line) => expression.test(line), meant: matcher };
  } catch (error) {
    return `The glob is not understood: ${reason(error)}. Write it such as src/**/*.ts.`;
  }
}

async function hitsIn(files: CommitFiles, wanted: readonly TreeEntry[], matches: (line: string) => boolean, signal?: AbortSignal) {
  const lines: string[] = [];
  const deadline = performance.now() + searchWithinMs;
  let room = longestShown;
  let looked = 0;
  for (const batch of batches(wanted)) {
    const contents = await files.contents(batch);
    for (const [i, { path }] of batch.entries()) {
      looked += 1;
      await breathe();
      signal?.throwIfAborted();
      if (performance.now() > deadline) return { lines, looked, note: `\n(stopped after ${searchWithinMs / 1000} s: narrow the glob)` };
      for (const [at, line] of (textOf(contents[i]) ?? '').split('\n').entries()) {
        if (!matches(line.slice(0, longestLooked))) continue;
        const hit = `${shownPath(path)}:${at + 1}: ${shownLine(line)}`;
        room -= hit.length + 1;
        if (lines.length === mostHits || room < 0) return { lines, looked, note: '\n(there is more: narrow the pattern or the glob)' };
        lines.push(hit);
      }
    }
  }
  return { lines, looked, note: '' };
}

function* batches(entries: readonly TreeEntry[]): Generator<TreeEntry[]> {
  let batch: TreeEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (bytes + entry.size > batchBytes && batch.length > 0) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(entry);
    bytes += entry.size;
  }
  if (batch.length > 0) yield batch;
}

function reason(error: unknown): string {
  return shownLine(error instanceof Error ? error.message : String(error)).slice(0, 200);
}
