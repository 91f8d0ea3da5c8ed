import { z } from 'zod';
import { fingerprintOf, severityOf } from '../finding.ts';
import { jsonTool, relativeTo, type ToolSettings } from '../jsonTool.ts';
import type { Scanner } from '../scan.ts';

const Report = z.object({
  results: z.array(
    z.object({
      check_id: z.string(),
      path: z.string(),
      start: z.object({ line: z.number() }),
      extra: z.object({ message: z.string(), severity: z.string(), lines: z.string().default('') }),
    }),
  ),
});

/** Weak code in many languages, by semgrep's default rules (fetched from its registry). */
export function semgrep(settings: ToolSettings): Scanner {
  return jsonTool(
    {
      name: 'semgrep',
      optional: true,
      applies: (project) => project.packages.length > 0,
      command: (_side, folder) =>
        Promise.resolve(['semgrep', 'scan', '--json', '--quiet', '--metrics=off', '--disable-nosem', '--config', 'p/default', folder]),
      reports: [0, 1],
      report: Report,
      findings: ({ results }, folder) =>
        results.map(({ check_id, path, start, extra }) => ({
          scanner: 'semgrep',
          rule: check_id.split('.').at(-1) ?? check_id,
          severity: severityOf(extra.severity),
          path: relativeTo(folder, path),
          line: start.line,
          message: extra.message,
          fingerprint: fingerprintOf(check_id, extra.lines.trim()),
        })),
      tokens: ['SEMGREP_APP_TOKEN'],
    },
    settings,
  );
}
