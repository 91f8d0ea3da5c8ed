import { z } from 'zod';
import type { Finding, Place } from '../finding.ts';
import { repositoryPath } from '../paths.ts';
import { readJson } from './readJson.ts';

const Report = z.array(
  z.object({
    code: z.string().nullish(),
    message: z.string(),
    filename: z.string(),
    location: z.object({ row: z.number(), column: z.number() }).nullish(),
  }),
);

/** `ruff check --output-format=json`. Ruff knows no severities: what it reports fails the check. */
export function parseRuff(text: string, place: Place): Finding[] {
  return readJson(text, Report).map(({ code, message, filename, location }) => ({
    tool: 'ruff',
    rule: code ?? 'syntax-error',
    level: 'error',
    message,
    path: repositoryPath(filename, place),
    line: location?.row,
    column: location?.column,
  }));
}
