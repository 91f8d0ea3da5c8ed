import { describe, expect, it } from 'vitest';
import { type Finding, type Place, UnreadableFindings } from '../../../activities/lint/finding.ts';
import { parseBiome } from '../../../activities/lint/parse/biome.ts';
import { parseClippy } from '../../../activities/lint/parse/clippy.ts';
import { parseEslint } from '../../../activities/lint/parse/eslint.ts';
import { parseFileList } from '../../../activities/lint/parse/fileList.ts';
import { flake8, goVet, mypy, parseLines, prettier, standard, tsc } from '../../../activities/lint/parse/lines.ts';
import { parseOxlint } from '../../../activities/lint/parse/oxlint.ts';
import { parsePylint } from '../../../activities/lint/parse/pylint.ts';
import { parseRuff } from '../../../activities/lint/parse/ruff.ts';
import { fromSarif, toSarif } from '../../../activities/lint/sarif.ts';

const place: Place = { root: '/w', directory: 'web' };

/** `error web/a.js:1:2 no-var: message`. */
function lines(findings: Finding[]): string[] {
  return findings.map(
    ({ level, path, line, column, rule, message }) =>
      `${level} ${[path, line, column].filter((part) => part !== undefined).join(':')} ${rule}: ${message}`,
  );
}

const clippyLine = JSON.stringify({ reason: 'compiler-message', message: { level: 'error', message: 'unneeded return', code: { code: 'clippy::needless_return' }, spans: [{ file_name: 'src/lib.rs', line_start: 1, column_start: 31, is_primary: true }] } }); // prettier-ignore

const readable: [string, () => Finding[], string[]][] = [
  ['ESLint', () => parseEslint('[{"filePath":"/w/web/a.js","messages":[{"ruleId":"no-var","severity":2,"message":"m","line":2,"column":1},{"ruleId":null,"severity":1,"message":"File ignored"}]}]', place), ['error web/a.js:2:1 no-var: m', 'warning web/a.js eslint: File ignored']],
  ['Biome behind the banner of npm', () => parseBiome("\n> b@1 lint\n> biome check 'a.{js,ts}'\n\n[{\"check_name\":\"lint/x\",\"description\":\"m\",\"severity\":\"major\",\"location\":{\"path\":\"a.js\",\"lines\":{\"begin\":3}}}]", place), ['error web/a.js:3 lint/x: m']],
  ['oxlint', () => parseOxlint('{"diagnostics":[{"message":"m","code":"eslint(no-debugger)","severity":"warning","filename":"a.js","labels":[{"span":{"line":1,"column":7}}]}]}', place), ['warning web/a.js:1:7 eslint(no-debugger): m']],
  ['Ruff, a syntax error without code', () => parseRuff('[{"code":null,"message":"m","filename":"/w/web/a.py","location":{"row":1,"column":2}}]', place), ['error web/a.py:1:2 syntax-error: m']],
  ['Pylint', () => parsePylint('[{"type":"convention","symbol":"missing-docstring","message":"m","path":"a.py","line":1,"column":0}]', place), ['note web/a.py:1:1 missing-docstring: m']],
  ['clippy, each once', () => parseClippy(`${clippyLine}\n{"reason":"build-finished"}\n${clippyLine}\n{broken`, place), ['error web/src/lib.rs:1:31 clippy::needless_return: unneeded return']],
  ['flake8', () => parseLines("./a.py:1:1: F401 'os' imported but unused\nchatter\n", flake8, place), ["error web/a.py:1:1 F401: 'os' imported but unused"]],
  ['mypy', () => parseLines('a.py:3: error: Bad type  [assignment]\na.py:3: note: See docs\nFound 1 error in 1 file\n', mypy, place), ['error web/a.py:3 assignment: Bad type', 'note web/a.py:3 mypy: See docs']],
  ['tsc', () => parseLines("src/a.ts(1,7): error TS2322: Type 'string' is wrong.\n", tsc, place), ["error web/src/a.ts:1:7 TS2322: Type 'string' is wrong."]],
  ['go vet', () => parseLines('# example.com/shop\nvet: sub/s.go:5:24: undefined: x\n', goVet, place), ['error web/sub/s.go:5:24 go vet: undefined: x']],
  ['standard', () => parseLines('  /w/web/a.js:1:5: Unexpected var. (no-var)\n', standard, place), ['error web/a.js:1:5 no-var: Unexpected var.']],
  ['Prettier, without its summary', () => parseLines('[warn] src/a.js\n[warn] Code style issues found in 1 file. Run Prettier with --write to fix.\n', prettier, place), ['warning web/src/a.js prettier: is not as prettier would write it']],
  ['gofmt, without what others maintain', () => parseFileList('a.go\nvendor/x/b.go\n', 'gofmt', place), ['warning web/a.go format: is not formatted with gofmt']],
]; // prettier-ignore

const sample: Finding[] = [
  { tool: 'eslint', rule: 'no-var', level: 'error', message: 'm', path: 'a b.js', line: 2, column: 1 },
  { tool: 'eslint', rule: 'x', level: 'note', message: 'whole file', path: 'c.js' },
];

describe('findings of linters', () => {
  it.each(readable)('reads those of %s', (_title, read, expected) => {
    expect(lines(read())).toEqual(expected);
  });

  it.each(['', 'Oops! Something went wrong', '{"cut', '{"another": "shape"}'])('takes %j for broken, not for clean', (text) => {
    for (const read of [parseEslint, parseBiome, parseOxlint, parseRuff, parsePylint])
      expect(() => read(text, place)).toThrow(UnreadableFindings);
  });

  it('writes SARIF with a run per linter, fresh findings marked, and reads it again', () => {
    const log = toSarif(sample, ['eslint', 'ruff'], ({ line }) => line === 2);
    expect(log.runs.map(({ tool, results }) => [tool.driver.name, results?.map(({ properties }) => properties?.fresh)])).toEqual([['eslint', [true, false]], ['ruff', []]]); // prettier-ignore
    expect(fromSarif(JSON.stringify(log), decodeURI)).toEqual(sample);
  });

  it('refuses a file that is no SARIF', () => {
    expect(() => fromSarif('{"runs": 3}', String)).toThrow(UnreadableFindings);
  });
});
