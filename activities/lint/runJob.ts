import { posix } from 'node:path';
import { quoted } from '../lib/install/environment.ts';
import { reasonOf } from '../lib/lastLine.ts';
import { printedTo, reportsFolder, seenFrom } from '../lib/printed.ts';
import type { Workbench } from '../lib/workbench.ts';
import { type Finding, UnreadableFindings } from './finding.ts';
import { lintInstrument, type LintInstrument } from './instruments.ts';
import type { LintJob } from '../lib/jobs/lintJobs.ts';
import { exclusions, namedTargets } from './targets.ts';

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
  const instrument = lintInstrument(job.tool, posix.join(box.root, report), job.line);

  const command = await commandLine(bench, job, instrument, seenFrom(job.directory, report));
  const { exitCode, tail, stdout, cut } = await bench.run({ command, directory: job.directory, env });
  const text = instrument?.prints === 'loud' ? stdout : ((await box.readText(report)) ?? '');
  const said = reasonOf(tail.trim() === '' ? text.slice(0, 4096) : tail);
  const outcome: LintOutcome = { job, exitCode, said };
  if (exitCode !== 0) {
    if (exitCode === 127 || notInstalled.test(tail)) return { ...outcome, broken: `is not installed: ${said}` };
    if (exitCode === null || brokenCodes[job.tool]?.(exitCode)) return { ...outcome, broken: `could not run (exit ${exitCode}): ${said}` };
  }
  if (!instrument) return outcome;
  if (cut && instrument.prints === 'loud') bench.notice(`${job.tool} printed more than 1 MiB; only the findings in the first are counted`);
  return { ...outcome, ...readFindings(text, instrument, { exitCode, said, root: box.root, directory: job.directory }) };
}

const notInstalled =
  /: not found$|command not found|could not determine executable to run|npm error canceled|No module named|is not installed for the toolchain/m;

async function commandLine(bench: Workbench, job: LintJob, instrument: LintInstrument | undefined, report: string): Promise<string> {
  const args = instrument ? [...(instrument.args ?? []), ...exclusions(job.tool, bench.project)] : [];
  const base = await namedTargets(job, bench.tree);
  const extended = args.length === 0 ? base : `${base} ${job.separator}${args.map(quoted).join(' ')}`;
  const line = instrument?.rewrite?.(extended) ?? extended;
  if (instrument?.prints === 'quiet') return printedTo(line, report, 'quiet');
  // Compilers and vet speak on standard error.
  return instrument?.prints === 'loud' ? `${line} 2>&1` : line;
}

type Ran = { exitCode: number | null; said: string; root: string; directory: string };

function readFindings(
  text: string,
  instrument: LintInstrument,
  { exitCode, said, ...place }: Ran,
): Pick<LintOutcome, 'findings' | 'broken'> {
  try {
    const findings = instrument.read(text, place);
    return exitCode !== 0 && findings.length === 0 ? { broken: `failed without findings (exit ${exitCode}): ${said}` } : { findings };
  } catch (error) {
    if (!(error instanceof UnreadableFindings)) throw error;
    return { broken: `${error.message} (exit ${exitCode}): ${said}` };
  }
}
