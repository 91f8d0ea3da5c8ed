import type { SecurityFinding } from './finding.ts';

type Sides = {
  head: readonly SecurityFinding[];
  base: readonly SecurityFinding[];
  /** Paths of the commit: a finding of the base in a file that is gone excuses one like it elsewhere. */
  kept: ReadonlySet<string>;
};

/** The findings that the base does not have. Each one of the base excuses one of the commit, so a copy of an old weakness is new. */
export function newFindings({ head, base, kept }: Sides): SecurityFinding[] {
  const known = new Map<string, number>();
  for (const finding of base) {
    const moved = finding.path !== undefined && !kept.has(finding.path);
    const key = moved ? finding.fingerprint : placed(finding);
    known.set(key, (known.get(key) ?? 0) + 1);
  }
  return head.filter((finding) => !take(known, placed(finding)) && !take(known, finding.fingerprint));
}

function take(known: Map<string, number>, key: string): boolean {
  const left = known.get(key) ?? 0;
  if (left > 0) known.set(key, left - 1);
  return left > 0;
}

function placed({ path = '', fingerprint }: SecurityFinding): string {
  return JSON.stringify([path, fingerprint]);
}
