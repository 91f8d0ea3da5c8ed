import { z } from 'zod';
import type { Finding, Place } from '../finding.ts';
import { repositoryPath } from '../paths.ts';
import { readJson } from './readJson.ts';

const Report = z.object({
  diagnostics: z.array(
    z.object({
      message: z.string(),
      code: z.string().optional(),
      severity: z.string(),
      filename: z.string().catch(''),
      labels: z.array(z.object({ span: z.object({ line: z.number().optional(), column: z.number().optional() }) })).catch([]),
    }),
  ),
});

/** `oxlint --format=json`. */
export function parseOxlint(text: string, place: Place): Finding[] {
  return readJson(text, Report).diagnostics.map(({ message, code, severity, filename, labels }) => ({
    tool: 'oxlint',
    rule: code ?? 'oxlint',
    level: severity === 'error' ? 'error' : severity === 'advice' ? 'note' : 'warning',
    message,
    path: filename === '' ? '' : repositoryPath(filename, place),
    line: labels[0]?.span.line,
    column: labels[0]?.span.column,
  }));
}
