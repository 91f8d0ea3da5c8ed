import { z } from 'zod';
import { fingerprintOf, severityOf } from '../finding.ts';
import { jsonTool, type ToolSettings } from '../jsonTool.ts';
import { lockNames } from '../npm/lock.ts';
import type { Scanner } from '../scan.ts';

const Project = z.object({
  displayTargetFile: z.string().optional(),
  vulnerabilities: z
    .array(z.object({ id: z.string(), title: z.string(), severity: z.string(), packageName: z.string(), version: z.string() }))
    .default([]),
});
const Report = z.union([z.array(Project), Project.transform((project) => [project])]);

/** Known vulnerabilities by Snyk, for lock files of npm packages only: for other languages it would run the project's build. */
export function snyk(settings: ToolSettings): Scanner {
  return jsonTool(
    {
      name: 'snyk',
      optional: true,
      applies: (project) => project.packages.some((pkg) => pkg.language === 'node' && pkg.lockFile !== undefined),
      async command({ tree }, folder) {
        const lock = (await tree.list()).find((path) => lockNames.test(path));
        return lock === undefined ? undefined : ['snyk', 'test', '--json', `--file=${folder}/${lock}`];
      },
      // 1: there are vulnerabilities.
      reports: [0, 1],
      report: Report,
      findings: (projects) =>
        projects.flatMap(
          ({ displayTargetFile, vulnerabilities }) =>
          [...new Map(vulnerabilities.map((found) => [`${found.id} ${found.packageName}`, found])).values()].map(({ id, title, severity, packageName, version }) => ({
            scanner: 'snyk', rule: id, severity: severityOf(severity), path: displayTargetFile, subject: packageName,
            message: `${title} (${packageName} ${version})`, fingerprint: fingerprintOf(id, packageName),
          })), // prettier-ignore
        ),
      tokens: ['SNYK_TOKEN'],
    },
    settings,
  );
}
