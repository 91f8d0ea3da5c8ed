import { LineCounter, isAlias, isMap, isScalar, parseDocument, visit, type Document } from 'yaml';
import { expandsWidely, wildNesting } from './hostility.ts';
import { refusal, type Problem } from './problem.ts';

const mostAliases = 100;

/** How large a file of a kind, and what its aliases expand to, may be. */
export type Bounds = { kind: string; kibibytes: number; expanded: number };
const configuration: Bounds = { kind: 'a configuration', kibibytes: 256, expanded: 1024 * 1024 };

/** A file's value, and the document that knows where each part stands. */
export type YamlFile = { value: unknown; document: Document; path: string; lines: LineCounter };

/** The refusal of a file that is no text. */
export function unreadable(path: string): Error {
  return refusal([
    { path, line: 1, column: 1, key: '', problem: 'the file is binary or not UTF-8', fix: 'save it as UTF-8 text of at most 256 KiB' },
  ]);
}

/** Reads YAML (so JSON too) that somebody hostile may have written; `InvalidConfiguration` for whatever cannot be one plain value. */
export function readYaml(text: string, path: string, bounds: Bounds = configuration): YamlFile {
  const problem = (problem: string, fix: string, [line, column] = [1, 1], key = ''): Problem => ({ path, line, column, key, problem, fix });
  const size = Math.ceil(Buffer.byteLength(text) / 1024);
  if (size > bounds.kibibytes) throw refusal([problem(`the file has ${size} KiB`, `${bounds.kind} has at most ${bounds.kibibytes} KiB`)]);
  // oxlint-disable-next-line no-control-regex -- that is the question
  const binary = /[\u0000-\u0008\u000e-\u001f\ufffd]/.exec(text);
  if (binary) throw refusal([problem('the file is binary or not UTF-8', 'save it as UTF-8 text', placeOf(text, binary.index))]);

  const wild = wildNesting(text);
  if (wild !== undefined)
    throw refusal([problem('it is nested too deeply, or closes more than it opens', 'correct the brackets', placeOf(text, wild))]);

  const lines = new LineCounter();
  // Its own search for duplicate keys is quadratic, ours below is not.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, merge: true, logLevel: 'error' });
  const at = (offset: number): [number, number] => {
    const { line, col } = lines.linePos(offset);
    return [Math.max(line, 1), Math.max(col, 1)];
  };
  const broken = [...document.errors, ...document.warnings].map((error) =>
    problem(...explain(error.code, error.message), at(error.pos[0])),
  );
  if (broken.length > 0) throw refusal(broken);
  const problems = structureProblems(document).map(({ offset, key, what, fix }) => problem(what, fix, at(offset), key));
  if (problems.length > 0) throw refusal(problems);
  try {
    if (expandsWidely(document)) throw new RangeError('wide aliases');
    const value: unknown = document.toJS({ maxAliasCount: mostAliases });
    if ((JSON.stringify(value) ?? '').length > bounds.expanded) throw new RangeError('expanded size');
    return { value, document, path, lines };
  } catch {
    throw refusal([problem('its aliases expand to something huge or endless', 'write the values out')]);
  }
}

function explain(code: string, message: string): [string, string] {
  if (code === 'TAB_AS_INDENT') return ['a tab indents the line', 'indent with spaces'];
  if (code === 'RESOURCE_EXHAUSTION') return ['it is nested too deeply', 'flatten it'];
  if (code === 'MULTIPLE_DOCS') return ['a second document starts here', 'keep one document per file'];
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return ['the indentation does not fit the lines above, or a value holds ": "', 'align it with its neighbours, or quote the value'];
  if (code === 'TAG_RESOLVE_FAILED') return [message.replace(/\.$/, ''), 'remove the tag'];
  return [message.replace(/[.;]\s*$/, '').replaceAll('; ', ', '), 'correct the YAML here'];
}

type StructureProblem = { offset: number; key: string; what: string; fix: string };

function structureProblems(document: Document): StructureProblem[] {
  const found: StructureProblem[] = [];
  let aliases = 0;
  visit(document, (_key, node) => {
    if (isAlias(node) && ++aliases === mostAliases + 1) {
      found.push({ offset: node.range?.[0] ?? 0, key: '', what: `more than ${mostAliases} aliases`, fix: 'write the values out' });
      return visit.BREAK;
    }
    if (!isMap(node)) return undefined;
    const seen = new Set<unknown>();
    for (const { key } of node.items) {
      if (!isScalar(key)) continue;
      const offset = key.range?.[0] ?? 0;
      if (seen.has(key.value) && key.value !== '<<')
        found.push({ offset, key: String(key.value), what: 'the key is there twice', fix: 'keep one of them' });
      seen.add(key.value);
    }
    return undefined;
  });
  return found;
}

function placeOf(text: string, index: number): [number, number] {
  const before = text.slice(0, index).split('\n');
  return [before.length, (before.at(-1)?.length ?? 0) + 1];
}
