import { posix } from 'node:path';
import { splitCommands } from '../../repository/tools/commandLine.ts';
import { readTest } from '../../repository/tools/known.ts';
import type { Artifact } from '../../schemas/stage.ts';
import { reportsFolder } from '../lib/printed.ts';
import type { Workbench } from '../lib/workbench.ts';
import type { TestJob } from '../lib/jobs/testJobs.ts';
import { parseCobertura } from './parse/cobertura.ts';
import type { Coverage } from './parse/coverage.ts';
import { parseCoverageSummary } from './parse/coverageSummary.ts';
import { parseGoCover } from './parse/goCover.ts';
import { parseLcov } from './parse/lcov.ts';
import { UnreadableReport } from '../lib/testReports/report.ts';
import { coverageFile } from './coverageFile.ts';

/** One kind is read, the first that is there: tools often write several of the same run. */
const kinds = [['**/lcov.info'], ['**/cobertura*.xml', '**/coverage.xml'], ['**/coverage-summary.json']];

type Asked = {
  jobs: readonly TestJob[];
  globs: readonly string[];
  /** Files of the commit: they measure nothing. */ committed: ReadonlySet<string>;
};

/** Coverage of all jobs together, and its files as artifacts. Undefined when nothing was measured. */
export async function readCoverage(
  bench: Workbench,
  { jobs, globs, committed }: Asked,
): Promise<{ coverage?: Coverage; artifacts: Artifact[] }> {
  const box = await bench.box();
  const paths = await coverageFiles(bench, jobs, { globs, committed });
  const artifacts: Artifact[] = [];
  let sum: Coverage | undefined;
  for (const path of paths) {
    const text = await box.readText(path);
    if (text === undefined || text.trim() === '') continue;
    try {
      const { covered, total } = parseCoverage(text);
      sum = { covered: (sum?.covered ?? 0) + covered, total: (sum?.total ?? 0) + total };
      artifacts.push(await bench.keep(nameOf(path), 'coverage', text, 'text/plain'));
    } catch (error) {
      if (!(error instanceof UnreadableReport)) throw error;
      bench.notice(`coverage file ${path} ${error.message}`);
    }
  }
  return { coverage: sum !== undefined && sum.total > 0 ? sum : undefined, artifacts };
}

async function coverageFiles(bench: Workbench, jobs: readonly TestJob[], { globs, committed }: Omit<Asked, 'jobs'>): Promise<string[]> {
  const box = await bench.box();
  if (globs.length > 0) return box.find(globs);
  const asked = jobs.flatMap((_job, i) => [coverageFile(i), `${coverageFile(i)}/lcov.info`]);
  const written: string[] = [];
  for (const path of asked) if ((await box.readText(path)) !== undefined) written.push(path);
  if (written.length > 0) return written;
  const found = await firstKind(bench, committed);
  if (found.length > 0) return found;
  for (const job of jobs) await reportAfterwards(bench, job);
  return firstKind(bench, committed);
}

async function firstKind(bench: Workbench, committed: ReadonlySet<string>): Promise<string[]> {
  const box = await bench.box();
  for (const globs of kinds) {
    const found = (await box.find(globs)).filter((path) => !committed.has(path));
    if (found.length > 0) return found;
  }
  return [];
}

/** nyc and c8 print a table by default, but keep what they measured; the report goes where the project's own settings say. */
async function reportAfterwards(bench: Workbench, job: TestJob): Promise<void> {
  const tool = readTest(splitCommands(job.line)[0]?.words ?? []).coverage;
  if (tool !== 'nyc' && tool !== 'c8') return;
  await bench.run({ command: `npm exec --no -- ${tool} report --reporter=lcovonly >/dev/null`, directory: job.directory });
}

/** A report that was asked for has a name without an ending. */
function nameOf(path: string): string {
  return path.startsWith(`${reportsFolder}/`) ? `${posix.basename(path.replace(/\/lcov\.info$/, ''))}.info` : path;
}

function parseCoverage(text: string): Coverage {
  const start = text.trimStart();
  if (start.startsWith('{')) return parseCoverageSummary(start);
  if (start.startsWith('<') || start.startsWith('\uFEFF<')) return parseCobertura(start);
  return start.startsWith('mode:') ? parseGoCover(start) : parseLcov(start);
}
