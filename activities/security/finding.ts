import { createHash } from 'node:crypto';

/** From least to worst. */
export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** One weakness that a scanner names. Its texts never hold a secret. */
export type SecurityFinding = {
  scanner: string;
  /** The scanner's rule, or the advisory's id. */
  rule: string;
  severity: Severity;
  path?: string;
  /** From 1. */
  line?: number;
  /** What is affected, where the rule alone does not say it: a package's name. */
  subject?: string;
  message: string;
  /** The same for the same weakness on another line, or in a file that was moved. */
  fingerprint: string;
};

/** SHA-256 (hex) over what makes a finding itself: its rule and for example the text of its line, but no position. */
export function fingerprintOf(...identity: string[]): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex');
}

export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(least);
}

/** Reads the words that tools use for severities; a word that is not known counts as high, so that it is looked at. */
export function severityOf(word: string | undefined): Severity {
  const known: Record<string, Severity> = {
    critical: 'critical', high: 'high', error: 'high', important: 'high', moderate: 'medium', medium: 'medium', warning: 'medium',
    low: 'low', info: 'low', note: 'low', negligible: 'low', inventory: 'low', experiment: 'low',
  }; // prettier-ignore
  return known[word?.toLowerCase() ?? ''] ?? 'high';
}

/** One line for people: `left-pad GHSA-… in package-lock.json`, `B602 in app.py:3`. */
export function titleOf({ subject, rule, path, line }: SecurityFinding): string {
  const place = path === undefined ? '' : ` in ${path}`;
  // The line of a lock file tells nobody anything.
  if (subject !== undefined) return `${subject} ${rule}${place}`;
  return `${rule}${place}${path === undefined || line === undefined ? '' : `:${line}`}`;
}
