import { z } from 'zod';
import { fingerprintOf, severityOf, type SecurityFinding, type Severity } from './finding.ts';

const Level = z.string().optional();
const Location = z.object({
  physicalLocation: z
    .object({
      artifactLocation: z.object({ uri: z.string().optional() }).optional(),
      region: z.object({ startLine: z.number().optional() }).optional(),
    })
    .optional(),
});
const Rule = z.object({
  id: z.string(),
  defaultConfiguration: z.object({ level: Level }).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});
const Result = z.object({
  ruleId: z.string().default('unknown'),
  level: Level,
  message: z.object({ text: z.string().default('') }),
  locations: z.array(Location).default([]),
  suppressions: z.array(z.unknown()).default([]),
});
const SarifLog = z.object({
  runs: z.array(
    z.object({
      tool: z.object({ driver: z.object({ name: z.string(), rules: z.array(Rule).default([]) }) }),
      results: z.array(Result).nullish(),
    }),
  ),
});

/** Findings of a SARIF log with paths relative to `root`; undefined when the text is none. */
export function readSarif(text: string | undefined, root: string): SecurityFinding[] | undefined {
  const log = SarifLog.safeParse(parseJson(text));
  if (!log.success) return undefined;
  return log.data.runs.flatMap(({ tool, results }) =>
    (results ?? [])
      .filter(({ suppressions }) => suppressions.length === 0)
      .map((result) => {
        const place = result.locations[0]?.physicalLocation;
        const rule = tool.driver.rules.find(({ id }) => id === result.ruleId);
        const path = place?.artifactLocation?.uri === undefined ? undefined : pathOf(place.artifactLocation.uri, root);
        return {
          scanner: 'own commands', rule: result.ruleId, severity: severityIn(result.level, rule), path, line: place?.region?.startLine,
          message: result.message.text, fingerprint: fingerprintOf(tool.driver.name, result.ruleId, result.message.text),
        }; // prettier-ignore
      }),
  );
}

/** `security-severity` is a CVSS score as text, as GitHub reads it; without it the level decides. */
function severityIn(level: string | undefined, rule: z.infer<typeof Rule> | undefined): Severity {
  const score = Number(rule?.properties?.['security-severity']);
  if (score > 0) return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low';
  return severityOf(level ?? rule?.defaultConfiguration?.level ?? 'warning');
}

function pathOf(uri: string, root: string): string {
  const path = decodeURIComponent(uri.replace(/^file:\/\//, ''));
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path.replace(/^\.\//, '');
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
