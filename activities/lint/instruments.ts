import type { Finding, Place } from './finding.ts';
import { parseBiome } from './parse/biome.ts';
import { parseClippy } from './parse/clippy.ts';
import { parseEslint } from './parse/eslint.ts';
import { flake8, goVet, mypy, parseLines, prettier, standard, tsc } from './parse/lines.ts';
import { parseFileList } from './parse/fileList.ts';
import { parseOxlint } from './parse/oxlint.ts';
import { parsePylint } from './parse/pylint.ts';
import { parseRuff } from './parse/ruff.ts';

/** How a linter is asked for findings that programs can read. */
export type LintInstrument = {
  args?: readonly string[];
  /** The line is rewritten instead of being extended. */
  rewrite?: (line: string) => string;
  /** Findings are what the command prints; `quiet`: into a file, not for the log. Absent: it writes the report itself. */
  prints?: 'loud' | 'quiet';
  read: (text: string, place: Place) => Finding[];
};

/** The instrument of a linter. `report`: absolute path, in the box, of the file to write. Undefined when only its exit code can be read. */
export function lintInstrument(tool: string, report: string, line: string): LintInstrument | undefined {
  // A linter that repairs a copy which is thrown away would call wrong code clean.
  const repairs = /\s--fix\b/.test(line) ? ['--no-fix'] : [];
  switch (tool) {
    case 'eslint':
    case 'next':
      return { args: ['--format', 'json', '--output-file', report, ...repairs], read: parseEslint };
    case 'biome':
      return { args: ['--reporter=gitlab', '--max-diagnostics=none'], prints: 'quiet', read: parseBiome };
    case 'oxlint':
      return { args: ['--format=json'], prints: 'quiet', read: parseOxlint };
    case 'xo':
      return { args: ['--reporter=json'], prints: 'quiet', read: parseEslint };
    case 'standard':
      return { prints: 'loud', read: (text, place) => parseLines(text, standard, place) };
    case 'prettier':
      return { prints: 'loud', read: (text, place) => parseLines(text, prettier, place) };
    case 'tsc':
    case 'vue-tsc':
      return { args: ['--pretty', 'false'], prints: 'loud', read: (text, place) => parseLines(text, tsc, place) };
    case 'ruff':
      return { args: ['--output-format=json', `--output-file=${report}`, ...repairs], read: parseRuff };
    case 'pylint':
      return { args: ['--output-format=json'], prints: 'quiet', read: parsePylint };
    case 'flake8':
      return { args: ['--format=default'], prints: 'loud', read: (text, place) => parseLines(text, flake8, place) };
    case 'mypy':
      return { args: ['--no-pretty', '--show-error-codes'], prints: 'loud', read: (text, place) => parseLines(text, mypy, place) };
    case 'go vet':
      return { prints: 'loud', read: (text, place) => parseLines(text, goVet, place) };
    case 'clippy':
      return {
        rewrite: (text) => text.replace(/\bcargo clippy\b/, 'cargo clippy --message-format=json'),
        prints: 'quiet',
        read: parseClippy,
      };
    case 'gofmt':
      return { prints: 'loud', read: (text, place) => parseFileList(text, 'gofmt', place) };
    case 'rustfmt':
      return { prints: 'loud', read: (text, place) => parseFileList(text, 'rustfmt', place) };
    default:
      return undefined;
  }
}
