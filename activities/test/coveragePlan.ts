import { splitCommands } from '../../repository/tools/commandLine.ts';
import { readTest } from '../../repository/tools/known.ts';
import type { TestJob } from '../lib/jobs/testJobs.ts';

/** How a job's coverage is measured. */
export type CoveragePlan = {
  /** Takes the place of the job's command: the same with a measuring tool around it. */
  command?: string;
  /** Absolute path that the runner itself is asked to write; absent: it measures nothing, or something around it does. */
  file?: string;
};

const selfMeasuring = ['jest', 'vitest', 'tap', 'go'];

/** Coverage is measured where the command itself does it, or where a threshold demands it and the project has a tool for it. */
export function coverageOf(job: TestJob, { threshold, file }: { threshold: boolean; file: string }): CoveragePlan {
  const inLine = readTest(splitCommands(job.line)[0]?.words ?? []).coverage;
  if (inLine === 'nyc' || inLine === 'c8') return {};
  if (job.runner === 'pytest') return threshold || job.coverage !== undefined ? { file } : {};
  if (job.runner === 'node') return nodeCoverage(job, { threshold, file, measures: inLine === 'node' });
  if (selfMeasuring.includes(job.runner)) return threshold || inLine !== undefined ? { file } : {};
  const around = job.coverage?.tool;
  if (!threshold || (around !== 'nyc' && around !== 'c8')) return {};
  const folder = around === 'nyc' ? '--report-dir' : '--reports-dir';
  return { command: `npm exec --no -- ${around} --reporter=lcovonly ${folder} ${file} ${job.command}` };
}

function nodeCoverage(job: TestJob, { threshold, file, measures }: { threshold: boolean; file: string; measures: boolean }): CoveragePlan {
  if (measures) return { file };
  // The switch is not allowed in NODE_OPTIONS, so the script's own line runs with it.
  if (threshold && /^node\b/.test(job.line)) return { file, command: job.line.replace(/^node\b/, 'node --experimental-test-coverage') };
  return {};
}
