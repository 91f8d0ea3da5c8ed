import { z } from 'zod';
import type { Finding, Place } from '../finding.ts';
import { repositoryPath } from '../paths.ts';
import { readJson } from './readJson.ts';

const Report = z.array(
  z.object({ type: z.string(), symbol: z.string(), message: z.string(), path: z.string(), line: z.number(), column: z.number() }),
);
const levels: Record<string, Finding['level']> = {
  fatal: 'error',
  error: 'error',
  warning: 'warning',
  refactor: 'note',
  convention: 'note',
  info: 'note',
};

/** `pylint --output-format=json`. Its columns start at 0. */
export function parsePylint(text: string, place: Place): Finding[] {
  return readJson(text, Report).map(({ type, symbol, message, path, line, column }) => ({
    tool: 'pylint',
    rule: symbol,
    level: levels[type] ?? 'warning',
    message,
    path: repositoryPath(path, place),
    line,
    column: column + 1,
  }));
}
