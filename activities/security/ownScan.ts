import { reasonOf } from '../lib/lastLine.ts';
import type { Workbench } from '../lib/workbench.ts';
import { changedLines, type ChangedLines } from './changedLines.ts';
import type { SecurityFinding } from './finding.ts';
import { readSarif } from './readSarif.ts';

type Own = { findings: SecurityFinding[]; fresh: SecurityFinding[] } | { failed: string };

/**
 * Runs the stage's own commands in the box and reads the SARIF that they leave. With SARIF its findings decide, else the exit code.
 * The base cannot be scanned by own commands: there, a finding is new when the change touches its line.
 */
export async function ownScan(bench: Workbench, globs: readonly string[]): Promise<Own> {
  let failed: string | undefined;
  for (const line of bench.task.stage.run) {
    const { exitCode, tail } = await bench.run({ command: line });
    if (exitCode !== 0) failed ??= `${line} failed (exit ${exitCode}): ${reasonOf(tail)}`;
  }
  const box = await bench.box();
  const paths = globs.length === 0 ? [] : await box.find(globs);
  if (paths.length === 0) {
    if (failed !== undefined) return { failed };
    return globs.length === 0 ? { findings: [], fresh: [] } : { failed: `no SARIF file matches ${globs.join(', ')}` };
  }
  const findings: SecurityFinding[] = [];
  for (const path of paths) {
    const read = readSarif(await box.readText(path), box.root);
    if (read === undefined) return { failed: `${path} is no SARIF log` };
    findings.push(...read);
  }
  const changed = bench.baseTree === undefined ? undefined : changedLines(await bench.diff());
  return { findings, fresh: findings.filter((finding) => changed === undefined || isOn(changed, finding)) };
}

function isOn(changed: ChangedLines, { path, line }: SecurityFinding): boolean {
  if (path === undefined) return true;
  const lines = changed.get(path);
  return lines !== undefined && (line === undefined || lines.some(([from, to]) => line >= from && line <= to));
}
