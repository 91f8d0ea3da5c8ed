import type { ProjectFile } from '../../schemas/projectFile.ts';
import type { FindingCounts } from '../../schemas/stage.ts';
import type { Verdict, Workbench } from '../lib/workbench.ts';
import { isAtLeast, severities, titleOf, type SecurityFinding, type Severity } from './finding.ts';
import { levelOf, toSarif } from './sarif.ts';
import type { Scanned } from './scanBench.ts';
import { applyWaivers } from './waivers.ts';

export type Rules = { block: Severity; waivers: ProjectFile['security']['waivers'] };

/** Blocks on findings that are new, not waived, and at least as severe as the rules say; keeps all of them as SARIF. */
export async function judge(
  bench: Workbench,
  { scanners, findings, fresh, unavailable }: Scanned,
  { block, waivers }: Rules,
): Promise<Verdict> {
  const { waived, counting, notices } = applyWaivers(findings, waivers, new Date().toISOString().slice(0, 10));
  const isWaived = new Set(waived);
  for (const notice of [...notices, ...unavailable]) bench.notice(notice);
  const news = counting.filter((finding) => fresh.has(finding)).sort(worstFirst);
  for (const finding of news) bench.log(`new ${finding.severity}: ${titleOf(finding)}: ${finding.message}`);

  const marked = findings.map((finding) => ({ finding, fresh: fresh.has(finding), waived: isWaived.has(finding) }));
  const sarif = await bench.keep(
    'security.sarif',
    'sarif',
    JSON.stringify(toSarif(marked, scanners), undefined, 1),
    'application/sarif+json',
  );
  const blocking = news.filter(({ severity }) => isAtLeast(severity, block));
  const counts: FindingCounts = { error: 0, warning: 0, note: 0, fresh: news.length, waived: waived.length };
  for (const { severity } of findings) counts[levelOf(severity)]++;
  return {
    passed: blocking.length === 0,
    summary:
      blocking.length > 0
        ? blocked(blocking)
        : clean({ scanners, news, old: counting.length - news.length, waived: waived.length, unavailable }),
    findings: counts,
    artifacts: [sarif],
  };
}

function blocked(blocking: readonly SecurityFinding[]): string {
  const bySeverity = severities
    .toReversed()
    .map((severity) => ({ severity, count: blocking.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0);
  const named = blocking.slice(0, 3).map(titleOf);
  const more = blocking.length > named.length ? `, and ${blocking.length - named.length} more` : '';
  const counts = bySeverity.map(({ severity, count }) => `${count} new ${severity}`).join(', ');
  return `${counts} ${blocking.length === 1 ? 'finding' : 'findings'}: ${named.join(', ')}${more}`;
}

type Clean = { scanners: readonly string[]; news: readonly SecurityFinding[]; old: number; waived: number; unavailable: readonly string[] };

function clean({ scanners, news, old, waived, unavailable }: Clean): string {
  const found =
    news.length === 0
      ? 'no new findings'
      : `${news.length} new ${news.length === 1 ? 'finding' : 'findings'} below the limit (${titleOf(news[0] as SecurityFinding)})`;
  const rest = [old > 0 ? `${old} known` : '', waived > 0 ? `${waived} waived` : ''].filter(Boolean).join(', ');
  const missing =
    unavailable.length === 0 ? '' : `; unavailable: ${unavailable.map((text) => text.slice(0, text.indexOf(':'))).join(', ')}`;
  return `${found} by ${scanners.join(', ')}${rest === '' ? '' : ` (${rest})`}${missing}`;
}

function worstFirst(a: SecurityFinding, b: SecurityFinding): number {
  return severities.indexOf(b.severity) - severities.indexOf(a.severity);
}
