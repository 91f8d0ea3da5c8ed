import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fingerprintOf } from '../finding.ts';
import { jsonTool, type ToolSettings } from '../jsonTool.ts';
import { installedRequirements, manifests } from '../python/installed.ts';
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

const requirementFile = /(?:^|\/)requirements[^/]*\.txt$/;
const quiet = ['--format', 'json', '--progress-spinner', 'off', '--no-deps', '--disable-pip'];

/** Known vulnerabilities of Python packages: of pinned requirements, else of what was installed. pip stays out of it, as it would run setup scripts. */
export function pipAudit(settings: ToolSettings): Scanner {
  return jsonTool(
    {
      name: 'pip-audit',
      optional: false,
      applies: (project) =>
        project.packages.some((pkg) => pkg.language === 'python' && (pkg.requirements.length > 0 || pkg.dependencies.length > 0)),
      async command(side, folder) {
        const files = (await side.tree.list()).filter((path) => requirementFile.test(path));
        if (files.length > 0) return ['pip-audit', ...quiet, ...files.flatMap((path) => ['-r', `${folder}/${path}`])];
        const installed = await installedRequirements(side);
        if ('unavailable' in installed) return installed;
        const list = join(side.scratch, `${side.which}.txt`);
        await writeFile(list, installed.requirements);
        return ['pip-audit', ...quiet, '-r', list];
      },
      // 1: there are vulnerabilities, or it could not work; then there is no report.
      reports: [0, 1],
      report: Report,
      async findings({ dependencies }, _folder, { commit }) {
        const path = placeOf(await commit.list());
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

/** The file that names the dependencies; undefined when several do, as the report does not tell them apart. */
function placeOf(all: readonly string[]): string | undefined {
  const files = all.filter((path) => requirementFile.test(path));
  return files.length === 0 ? manifests.find((file) => all.includes(file)) : files.length === 1 ? files[0] : undefined;
}
