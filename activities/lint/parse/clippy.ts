import { z } from 'zod';
import type { Finding, Place } from '../finding.ts';
import { repositoryPath } from '../paths.ts';

const Line = z.object({
  reason: z.literal('compiler-message'),
  message: z.object({
    level: z.string(),
    message: z.string(),
    code: z.object({ code: z.string() }).nullish(),
    spans: z.array(z.object({ file_name: z.string(), line_start: z.number(), column_start: z.number(), is_primary: z.boolean() })),
  }),
});

/** `cargo clippy --message-format=json`: a JSON object per line, among others. Summaries without a place are left out. */
export function parseClippy(text: string, place: Place): Finding[] {
  const findings = text.split('\n').flatMap((line): Finding[] => {
    const parsed = line.startsWith('{') ? Line.safeParse(jsonOf(line)) : undefined;
    const span = parsed?.data?.message.spans.find(({ is_primary }) => is_primary);
    if (!parsed?.success || span === undefined) return [];
    const { level, message, code } = parsed.data.message;
    return [
      {
        tool: 'clippy',
        rule: code?.code ?? 'rustc',
        level: level.startsWith('error') ? 'error' : level === 'warning' ? 'warning' : 'note',
        message,
        path: repositoryPath(span.file_name, place),
        line: span.line_start,
        column: span.column_start,
      },
    ];
  });
  // The same file is compiled once for the crate and once for its tests.
  const seen = new Set<string>();
  return findings.filter((finding) => !seen.has(JSON.stringify(finding)) && seen.add(JSON.stringify(finding)));
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
