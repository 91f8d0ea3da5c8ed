import type { Log, Result, Run } from 'sarif';
import { fingerprintOf, type SecurityFinding, type Severity } from './finding.ts';

const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note' } as const satisfies Record<Severity, Result.level>;
/** GitHub's bands of CVSS, by which it shows `high`, `medium`, … */
const scores = { critical: '9.5', high: '8.0', medium: '5.5', low: '2.0' } as const satisfies Record<Severity, string>;

export type Marked = { finding: SecurityFinding; fresh: boolean; waived: boolean };

/** Level that SARIF has for a severity. */
export function levelOf(severity: Severity): 'error' | 'warning' | 'note' {
  return levels[severity];
}

/** All findings as SARIF 2.1.0, one run for each scanner, with what is new and what is waived. */
export function toSarif(marked: readonly Marked[], scanners: readonly string[]): Log {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: scanners.map((name) =>
      toRun(
        name,
        marked.filter(({ finding }) => finding.scanner === name),
      ),
    ),
  };
}

function toRun(name: string, marked: readonly Marked[]): Run {
  const rules = [...new Map(marked.map(({ finding }) => [finding.rule, finding])).values()];
  return {
    tool: {
      driver: { name, rules: rules.map(({ rule, severity }) => ({ id: rule, properties: { 'security-severity': scores[severity] } })) },
    },
    results: marked.map(toResult),
  };
}

function toResult({ finding, fresh, waived }: Marked): Result {
  const { rule, severity, path, line, message, subject } = finding;
  return {
    ruleId: rule,
    level: levelOf(severity),
    message: { text: subject === undefined ? message : `${subject}: ${message}` },
    locations:
      path === undefined
        ? []
        : [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(path) },
                region: line === undefined ? undefined : { startLine: line },
              },
            },
          ],
    // The finding's own fingerprint may hold the digest of a secret, which could be guessed back; this one is made of what is shown.
    partialFingerprints: { 'mainstay/v1': fingerprintOf(rule, path ?? '', subject ?? '', message) },
    baselineState: fresh ? 'new' : 'unchanged',
    suppressions: waived ? [{ kind: 'external', status: 'accepted' }] : [],
    properties: { severity },
  };
}
