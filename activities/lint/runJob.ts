import { posix } from 'node:path';
import { quoted } from '../install/environment.ts';
import { lastLine } from '../lib/lastLine.ts';
import { printedTo, reportsFolder } from '../lib/printed.ts';
import type { Workbench } from '../lib/workbench.ts';
import { type Finding, UnreadableFindings } from './finding.ts';
import { lintInstrument } from './instruments.ts';
import type { LintJob } from './job.ts';

export type LintOutcome = {
  job: LintJob;
  exitCode: number | null;
  /** Absent: the linter's findings cannot be read, its exit code is all there is. */
  findings?: Finding[];
  /** Why the linter could not work: not installed, a broken configuration. */
  broken?: string;
  said: string;
};

/** Exit codes by which linters say that they themselves failed, as against finding something. */
const brokenCodes: Record<string, (code: number) => boolean> = {
  eslint: (code) => code >= 2,
  ruff: (code) => code >= 2,
  prettier: (code) => code >= 2,
  mypy: (code) => code >= 2,
  // A sum of bits; 32 is a wrong option.
  pylint: (code) => (code & 32) !== 0,
};

/** Runs one linter and reads its findings. A linter that does not work is said to be broken, never clean. */
export async function runLint(bench: Workbench, job: LintJob, index: number, env: Record<string, string>): Promise<LintOutcome> {
  const box = await bench.box();
  await box.writeText(`${reportsFolder}/README`, 'Reports of this stage.\n');
  const report = `${reportsFolder}/lint-${index}`;
  const inBox = posix.join(box.root, report);
  const instrument = lintInstrument(job.tool, inBox, job.line);
  const args = (instrument?.args ?? []).map(quoted).join(' ');
  const extended = args === '' ? job.command : `${job.command} ${job.separator}${args}`;
  const line = instrument?.rewrite?.(extended) ?? extended;
  // Compilers and vet speak on standard error; JSON would be spoiled by what npm says there.
  const command = instrument?.prints ? printedTo(line, inBox, instrument.prints, instrument.prints === 'loud' ? 'all' : 'output') : line;

  const { exitCode, tail } = await bench.run({ command, directory: job.directory, env });
  const outcome: LintOutcome = { job, exitCode, said: lastLine(tail) };
  if (exitCode === 127 || /: not found$|command not found|could not determine executable to run|No module named/m.test(tail)) {
    if (exitCode !== 0) return { ...outcome, broken: `is not installed: ${lastLine(tail)}` };
  }
  if (exitCode !== null && exitCode !== 0 && brokenCodes[job.tool]?.(exitCode))
    return { ...outcome, broken: `could not run (exit ${exitCode}): ${lastLine(tail)}` };
  if (!instrument) return outcome;
  try {
    const findings = instrument.read((await box.readText(report)) ?? '', { root: box.root, directory: job.directory });
    if (exitCode !== 0 && findings.length === 0)
      return { ...outcome, broken: `failed without findings (exit ${exitCode}): ${lastLine(tail)}` };
    return { ...outcome, findings };
  } catch (error) {
    if (!(error instanceof UnreadableFindings)) throw error;
    return { ...outcome, broken: `${error.message} (exit ${exitCode}): ${lastLine(tail)}` };
  }
}
