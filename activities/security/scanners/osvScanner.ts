import { z } from 'zod';
import { fingerprintOf, type Severity } from '../finding.ts';
import { jsonTool, relativeTo, type ToolSettings } from '../jsonTool.ts';
import type { Scanner } from '../scan.ts';

const Report = z.object({
  results: z
    .array(
      z.object({
        source: z.object({ path: z.string() }),
        packages: z.array(
          z.object({
            package: z.object({ name: z.string(), version: z.string() }),
            vulnerabilities: z.array(z.object({ id: z.string(), summary: z.string().default('') })).default([]),
            groups: z.array(z.object({ ids: z.array(z.string()), max_severity: z.string().default('') })).default([]),
          }),
        ),
      }),
    )
    .nullable(),
});

/** Known vulnerabilities of locked dependencies in many languages, from the OSV database. */
export function osvScanner(settings: ToolSettings): Scanner {
  return jsonTool(
    {
      name: 'osv-scanner',
      optional: true,
      applies: (project) => project.packages.length > 0,
      command: (_side, folder) => Promise.resolve(['osv-scanner', 'scan', 'source', '--format', 'json', '--recursive', folder]),
      // 1: there are vulnerabilities.
      reports: [0, 1],
      report: Report,
      findings: ({ results }, folder) =>
        (results ?? []).flatMap(({ source, packages }) =>
          packages.flatMap(({ package: { name, version }, vulnerabilities, groups }) =>
            vulnerabilities.map(({ id, summary }) => ({
              scanner: 'osv-scanner',
              rule: id,
              severity: byScore(groups.find(({ ids }) => ids.includes(id))?.max_severity),
              path: relativeTo(folder, source.path),
              subject: name,
              message: `${summary} (${name} ${version})`,
              fingerprint: fingerprintOf(id, name),
            })),
          ),
        ),
    },
    settings,
  );
}

/** Bands of CVSS 3 and 4; without a score it counts as high, so that it is looked at. https://www.first.org/cvss/specification-document */
function byScore(text = ''): Severity {
  const score = Number(text);
  if (!(score > 0)) return 'high';
  return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low';
}
