import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fingerprintOf } from '../finding.ts';
import { jsonTool, relativeTo, type ToolSettings } from '../jsonTool.ts';
import type { Scanner } from '../scan.ts';

const Report = z
  .array(z.object({ RuleID: z.string(), Description: z.string(), File: z.string(), StartLine: z.number(), Secret: z.string() }))
  .nullable();

/** Secrets by gitleaks' own rules. The repository's allow-lists do not count: excuses are waivers, with an owner and an end. */
export function gitleaks(settings: ToolSettings): Scanner {
  return jsonTool(
    {
      name: 'gitleaks',
      optional: true,
      applies: () => true,
      async command({ scratch }, folder) {
        const config = join(scratch, 'gitleaks.toml');
        await writeFile(config, '[extend]\nuseDefault = true\n');
        const own = ['--config', config, '--ignore-gitleaks-allow', '--gitleaks-ignore-path', scratch];
        return ['gitleaks', 'dir', folder, '--no-banner', '--exit-code', '0', '--report-format', 'json', '--report-path', '-', ...own];
      },
      reports: [0],
      report: Report,
      findings: (report, folder) =>
        (report ?? []).map(({ RuleID, Description, File, StartLine, Secret }) => ({
          scanner: 'gitleaks',
          rule: RuleID,
          severity: 'high',
          path: relativeTo(folder, File),
          line: StartLine,
          message: Description,
          fingerprint: fingerprintOf(RuleID, Secret),
        })),
    },
    settings,
  );
}
