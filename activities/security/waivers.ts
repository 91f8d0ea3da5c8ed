import picomatch from 'picomatch';
import type { ProjectFile } from '../../schemas/projectFile.ts';
import type { SecurityFinding } from './finding.ts';

type Waiver = ProjectFile['security']['waivers'][number];
type Judged = { waived: SecurityFinding[]; counting: SecurityFinding[]; notices: string[] };

/** Sets findings apart that a waiver excuses. A waiver holds to the end of its day (UTC); after it, it only gives a notice. */
export function applyWaivers(findings: readonly SecurityFinding[], waivers: readonly Waiver[], today: string): Judged {
  const judged: Judged = { waived: [], counting: [], notices: [] };
  const expired = new Set<Waiver>();
  for (const finding of findings) {
    const matching = waivers.filter((waiver) => excuses(waiver, finding));
    if (matching.some(({ expires }) => expires >= today)) {
      judged.waived.push(finding);
      continue;
    }
    judged.counting.push(finding);
    for (const waiver of matching) expired.add(waiver);
  }
  judged.notices = [...expired].map(
    ({ id, owner, expires }) => `the waiver of ${id} (${owner}) expired on ${expires}: its findings count again`,
  );
  return judged;
}

function excuses({ id, path }: Waiver, finding: SecurityFinding): boolean {
  if (id !== finding.rule) return false;
  return path === undefined || (finding.path !== undefined && picomatch.isMatch(finding.path, path, { dot: true }));
}
