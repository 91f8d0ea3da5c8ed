import { z } from 'zod';
import type { Finding, Place } from '../finding.ts';
import { repositoryPath } from '../paths.ts';
import { readJson } from './readJson.ts';

const Report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({
        ruleId: z.string().nullish(),
        severity: z.number(),
        message: z.string(),
        line: z.number().optional().catch(undefined),
        column: z.number().optional().catch(undefined),
      }),
    ),
  }),
);

/** `eslint --format json`. */
export function parseEslint(text: string, place: Place): Finding[] {
  return readJson(text, Report).flatMap((file) =>
    file.messages.map(({ ruleId, severity, message, line, column }) => ({
      tool: 'eslint',
      rule: ruleId ?? 'eslint',
      level: severity === 2 ? ('error' as const) : ('warning' as const),
      message,
      path: repositoryPath(file.filePath, place),
      line,
      column,
    })),
  );
}
