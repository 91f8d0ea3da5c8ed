import { z } from 'zod';
import { fingerprintOf } from '../finding.ts';
import { jsonTool, type ToolSettings } from '../jsonTool.ts';
import type { Scanner } from '../scan.ts';

const Report = z.object({
  dependencies: z.array(
    z.object({
      name: z.string(),
      version: z.string().optional(),
      vulns: z
        .array(z.object({ id: z.string(), fix_versions: z.array(z.string()).default([]), aliases: z.array(z.string()).default([]) }))
        .default([]),
    }),
  ),
});

/** Known vulnerabilities of pinned Python requirements. pip stays out of it (it would run setup scripts), so ranges cannot be judged. */
export function pipAudit(settings: ToolSettings): Scanner {
  return jsonTool(
    {
      name: 'pip-audit',
      optional: false,
      applies: (project) => project.packages.some((pkg) => pkg.language === 'python' && pkg.requirements.length > 0),
      async command({ tree }, folder) {
        const files = (await tree.list()).filter((path) => /(?:^|\/)requirements[^/]*\.txt$/.test(path));
        if (files.length === 0) return undefined;
        const chosen = files.flatMap((path) => ['-r', `${folder}/${path}`]);
        return ['pip-audit', '--format', 'json', '--progress-spinner', 'off', '--no-deps', '--disable-pip', ...chosen];
      },
      // 1: there are vulnerabilities, or it could not work; then there is no report.
      reports: [0, 1],
      report: Report,
      async findings({ dependencies }, _folder, { tree }) {
        const path = (await tree.list()).find((file) => /(?:^|\/)requirements[^/]*\.txt$/.test(file));
        return dependencies.flatMap(({ name, version, vulns }) =>
          vulns.map(({ id, fix_versions, aliases }) => ({
            scanner: 'pip-audit',
            rule: id,
            // pip-audit names no severity; what is not known is looked at.
            severity: 'high' as const,
            path,
            subject: name,
            message: `${[id, ...aliases].join(', ')} in ${name} ${version ?? ''}; fixed in ${fix_versions.join(', ') || 'no version'}`,
            fingerprint: fingerprintOf(id, name),
          })),
        );
      },
    },
    settings,
  );
}
