import { z } from 'zod';
import { fingerprintOf, severityOf } from '../finding.ts';
import { jsonTool, relativeTo, type ToolSettings } from '../jsonTool.ts';
import type { Scanner } from '../scan.ts';

const Report = z.object({
  results: z.array(
    z.object({
      filename: z.string(),
      test_id: z.string(),
      issue_severity: z.string(),
      issue_text: z.string(),
      line_number: z.number(),
      code: z.string(),
    }),
  ),
});

/** Weak Python code. bandit parses the files and does not import them. */
export function bandit(settings: ToolSettings): Scanner {
  return jsonTool(
    {
      name: 'bandit',
      optional: false,
      applies: (project) => project.packages.some(({ language }) => language === 'python'),
      command: (_side, folder) =>
        Promise.resolve(['bandit', '-r', folder, '-f', 'json', '-q', '--exit-zero', '--ignore-nosec', '-x', '*/.venv/*,*/node_modules/*']),
      reports: [0],
      report: Report,
      findings: ({ results }, folder) =>
        results.map(({ filename, test_id, issue_severity, issue_text, line_number, code }) => ({
          scanner: 'bandit',
          rule: test_id,
          severity: severityOf(issue_severity),
          path: relativeTo(folder, filename),
          line: line_number,
          message: issue_text,
          fingerprint: fingerprintOf(test_id, lineOf(code, line_number)),
        })),
    },
    settings,
  );
}

/** bandit quotes the lines around a finding, each behind its number. */
function lineOf(code: string, line: number): string {
  const quoted = code.split('\n').find((text) => text.startsWith(`${line} `));
  return (quoted?.slice(`${line} `.length) ?? code.replace(/^\d+ /gm, '')).trim();
}
