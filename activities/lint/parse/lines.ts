import { stripVTControlCharacters } from 'node:util';
import type { Finding, Place } from '../finding.ts';
import { repositoryPath } from '../paths.ts';

type Style = {
  tool: string;
  /** Named groups: path, line, column, level, rule, message. */
  pattern: RegExp;
  /** Level of findings whose line names none. */
  level: Finding['level'];
};

/** Findings that stand a line each: `src/a.py:3:1: F401 'os' imported but unused`. Other lines are chatter. */
export function parseLines(text: string, { tool, pattern, level }: Style, place: Place): Finding[] {
  return stripVTControlCharacters(text)
    .split(/\r?\n/)
    .flatMap((line): Finding[] => {
      const found = pattern.exec(line)?.groups;
      if (found?.path === undefined || found.message === undefined) return [];
      return [
        {
          tool,
          rule: found.rule ?? tool,
          level: found.level === undefined ? level : levelOf(found.level),
          message: found.message.trim() || `is not as ${tool} would write it`,
          path: repositoryPath(found.path, place),
          line: found.line === undefined ? undefined : Number(found.line),
          column: found.column === undefined ? undefined : Number(found.column),
        },
      ];
    });
}

function levelOf(word: string): Finding['level'] {
  if (/^(?:error|fatal)/i.test(word)) return 'error';
  return /^warn/i.test(word) ? 'warning' : 'note';
}

export const flake8: Style = {
  tool: 'flake8',
  pattern: /^(?<path>[^:\s][^:]*):(?<line>\d+):(?<column>\d+):\s+(?<rule>[A-Z]+\d+)\s+(?<message>.+)$/,
  level: 'error',
};
export const mypy: Style = {
  tool: 'mypy',
  pattern:
    /^(?<path>[^:\s][^:]*):(?<line>\d+):(?:(?<column>\d+):)?\s+(?<level>error|warning|note):\s+(?<message>.+?)(?:\s+\[(?<rule>[\w-]+)\])?$/,
  level: 'error',
};
export const tsc: Style = {
  tool: 'tsc',
  pattern: /^(?<path>[^(\s][^(]*)\((?<line>\d+),(?<column>\d+)\):\s+(?<level>error|warning)\s+(?<rule>TS\d+):\s+(?<message>.+)$/,
  level: 'error',
};
export const goVet: Style = {
  tool: 'go vet',
  pattern: /^(?:vet: )?(?<path>[^:\s#][^:]*\.go):(?<line>\d+):(?:(?<column>\d+):)?\s+(?<message>.+)$/,
  level: 'error',
};
export const standard: Style = {
  tool: 'standard',
  pattern:
    /^\s+(?<path>\S[^:]*):(?<line>\d+):(?<column>\d+):\s+(?<message>.+?)(?:\s+\((?<rule>[\w@/-]+)\))?(?:\s+\(?(?<level>warning)\)?)?$/,
  level: 'error',
};
export const prettier: Style = {
  tool: 'prettier',
  pattern: /^\[(?<level>warn|error)\] (?<path>\S[^:]*\.\w+)(?<message>)$/,
  level: 'error',
};
