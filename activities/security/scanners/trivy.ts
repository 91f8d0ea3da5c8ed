import { z } from 'zod';
import { fingerprintOf, severityOf } from '../finding.ts';
import { jsonTool, type ToolSettings } from '../jsonTool.ts';
import type { Scanner } from '../scan.ts';

const Vulnerability = z.object({
  VulnerabilityID: z.string(),
  PkgName: z.string(),
  InstalledVersion: z.string().default(''),
  Severity: z.string().optional(),
  Title: z.string().default(''),
});
const Misconfiguration = z.object({
  ID: z.string(),
  Title: z.string().default(''),
  Severity: z.string().optional(),
  CauseMetadata: z.object({ StartLine: z.number().optional() }).optional(),
});
const Report = z.object({
  Results: z
    .array(
      z.object({
        Target: z.string(),
        Vulnerabilities: z.array(Vulnerability).nullish(),
        Misconfigurations: z.array(Misconfiguration).nullish(),
      }),
    )
    .nullish(),
});

/** Known vulnerabilities of locked dependencies, and weak Dockerfiles and manifests. */
export function trivy(settings: ToolSettings): Scanner {
  return jsonTool(
    {
      name: 'trivy',
      optional: true,
      applies: (project) => project.packages.length > 0 || project.dockerfiles.length > 0,
      command: (_side, folder) =>
        Promise.resolve(['trivy', 'filesystem', '--quiet', '--format', 'json', '--scanners', 'vuln,misconfig', folder]),
      reports: [0],
      report: Report,
      findings: ({ Results }) =>
        (Results ?? []).flatMap(({ Target, Vulnerabilities, Misconfigurations }) => [
          ...(Vulnerabilities ?? []).map(({ VulnerabilityID, PkgName, InstalledVersion, Severity, Title }) => ({
            scanner: 'trivy', rule: VulnerabilityID, severity: severityOf(Severity), path: Target, subject: PkgName,
            message: `${Title} (${PkgName} ${InstalledVersion})`, fingerprint: fingerprintOf(VulnerabilityID, PkgName),
          })), // prettier-ignore
          ...(Misconfigurations ?? []).map(({ ID, Title, Severity, CauseMetadata }) => ({
            scanner: 'trivy', rule: ID, severity: severityOf(Severity), path: Target, line: CauseMetadata?.StartLine,
            message: Title, fingerprint: fingerprintOf(ID, Title),
          })), // prettier-ignore
        ]),
    },
    settings,
  );
}
