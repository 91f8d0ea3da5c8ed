import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../schemas/failures.ts';
import { nearest } from '../../schemas/nearest.ts';
import type { SecuritySettings } from '../../schemas/settings.ts';
import type { Workbench } from '../lib/workbench.ts';
import { newFindings } from './compare.ts';
import type { SecurityFinding } from './finding.ts';
import { ownScan } from './ownScan.ts';
import type { Scanner } from './scan.ts';
import { baseSide, headSide } from './sides.ts';

export type Scanned = {
  /** Names of the scanners that worked. */
  scanners: string[];
  findings: SecurityFinding[];
  /** Those of `findings` that the base does not have. */
  fresh: ReadonlySet<SecurityFinding>;
  unavailable: string[];
};

type Scanning = { bench: Workbench; settings: SecuritySettings; scanners: readonly Scanner[] };

/** Runs the scanners that fit the repository, or those that the stage names. Fails in words when none could work. */
export async function scanBench({ bench, settings, scanners }: Scanning): Promise<Scanned | { failed: string }> {
  const own = bench.task.stage.run.length > 0;
  const scanned: Scanned = { scanners: [], findings: [], fresh: new Set(), unavailable: [] };
  if (own) {
    const result = await ownScan(bench, settings.sarif);
    if ('failed' in result) return result;
    add(scanned, 'own commands', result.findings, result.fresh);
  }
  const chosen = own && settings.scanners === undefined ? [] : choose(bench, settings, scanners);
  // Side by side: most of them wait for a program or an answer.
  const results = await Promise.all(chosen.map(async (scanner) => ({ scanner, ...(await scanBoth(bench, scanner)) })));
  for (const { scanner, ...result } of results) {
    if ('findings' in result) add(scanned, scanner.name, result.findings, result.fresh);
    else if (!(result.missing && scanner.optional && settings.scanners === undefined))
      scanned.unavailable.push(`${scanner.name}: unavailable (${result.unavailable}), not clean`);
  }
  if (scanned.scanners.length > 0) return scanned;
  return {
    failed:
      scanned.unavailable.length === 0 ? 'no scanner fits this repository' : `no scanner could work: ${scanned.unavailable.join('; ')}`,
  };
}

function add(scanned: Scanned, name: string, findings: SecurityFinding[], fresh: readonly SecurityFinding[]): void {
  scanned.scanners.push(name);
  scanned.findings.push(...findings);
  scanned.fresh = new Set([...scanned.fresh, ...fresh]);
}

function choose({ project, task }: Workbench, { scanners: named }: SecuritySettings, scanners: readonly Scanner[]): Scanner[] {
  if (named === undefined) return scanners.filter((scanner) => scanner.applies(project));
  return named.map((name) => {
    const found = scanners.find((scanner) => scanner.name === name);
    if (found) return found;
    const hint = nearest(
      name,
      scanners.map((scanner) => scanner.name),
    );
    throw failure('InvalidConfiguration', `stage ${task.stage.id}: with.scanners: no scanner "${name}"${hint}`);
  });
}

type Compared = { findings: SecurityFinding[]; fresh: SecurityFinding[] } | { unavailable: string; missing?: boolean };

async function scanBoth(bench: Workbench, scanner: Scanner): Promise<Compared> {
  const scratch = join(bench.scratch, 'security', scanner.name.replace(/\W+/g, '-'));
  await mkdir(scratch, { recursive: true });
  const head = headSide(bench, scratch);
  const scan = await scanner.scan(head);
  if ('unavailable' in scan) return scan;
  const { findings } = scan;
  bench.did(`${scanner.name}: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`);
  if (findings.length === 0 || bench.baseTree === undefined) return { findings, fresh: findings };

  const base = await scanner.scan(await baseSide(head, bench.baseTree, findings));
  if ('unavailable' in base) {
    bench.notice(`${scanner.name}: the base could not be scanned (${base.unavailable}), so all its findings count as new`);
    return { findings, fresh: findings };
  }
  return { findings, fresh: newFindings({ head: findings, base: base.findings, kept: new Set(await bench.tree.list()) }) };
}
