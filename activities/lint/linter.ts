import { failure } from '../../schemas/failures.ts';
import { LintSettings } from '../../schemas/settings.ts';
import type { StageTask } from '../../schemas/stage.ts';
import type { Linter } from '../contracts.ts';
import { setUpProject } from '../lib/setUpProject.ts';
import type { StageRunner, Verdict, Workbench } from '../lib/workbench.ts';
import { changedLines, isChanged } from './changedLines.ts';
import { type Finding, UnreadableFindings } from './finding.ts';
import { lintJobs } from '../lib/jobs/lintJobs.ts';
import { judge } from './judge.ts';
import { repositoryPath } from './paths.ts';
import { type LintOutcome, runLint } from './runJob.ts';
import { fromSarif, toSarif } from './sarif.ts';

/** Runs a repository's linters as the project does and tells their findings as SARIF, those on changed lines marked. */
export function createLinter({ runStage }: { runStage: StageRunner }) {
  function lintCode(task: StageTask) {
    return runStage(task, { version: 'linter@1' }, (bench) => lint(bench, settingsOf(task)));
  }
  return { lintCode } satisfies Linter;
}

/** Linters that look at what the code imports. */
const importing = ['pylint', 'mypy', 'script'];

async function lint(bench: Workbench, settings: LintSettings): Promise<Verdict> {
  const { stage, rules, source } = bench.task;
  const jobs = lintJobs(bench.project, stage);
  if (jobs.length === 0) return { passed: false, summary: nothing(stage.directory) };

  const env = jobs.some(({ tool }) => importing.includes(tool)) ? await setUpProject(bench) : {};
  const outcomes: LintOutcome[] = [];
  for (const [index, job] of jobs.entries()) outcomes.push(await runLint(bench, job, index, env));
  const foreign = await foreignFindings(bench, settings.sarif);
  if ('problem' in foreign) return { passed: false, summary: foreign.problem };

  const changed = changedLines(await bench.diff());
  // Without a base everything is new.
  const isFresh = ({ path, line }: Finding) => source.base === undefined || isChanged(changed, path, line);
  const { notices, ...verdict } = judge({ outcomes, foreign: foreign.findings, isFresh, block: settings.block ?? rules.lint.block });
  for (const notice of notices) bench.notice(notice);

  const findings = [...outcomes.flatMap((outcome) => outcome.findings ?? []), ...foreign.findings];
  for (const { path, line, level, message, rule } of findings.slice(0, 200))
    bench.log(`${level} ${path}:${line ?? ''} ${message} (${rule})`);
  const tools = [
    ...new Set([...outcomes.filter((one) => one.findings).map(({ job }) => job.tool), ...foreign.findings.map(({ tool }) => tool)]),
  ];
  if (tools.length === 0) return verdict;
  const sarif = JSON.stringify(toSarif(findings, tools, isFresh));
  return { ...verdict, artifacts: [await bench.keep('lint.sarif', 'sarif', sarif, 'application/sarif+json')] };
}

async function foreignFindings(bench: Workbench, globs: readonly string[]): Promise<{ findings: Finding[] } | { problem: string }> {
  if (globs.length === 0) return { findings: [] };
  const box = await bench.box();
  const paths = await box.find(globs);
  if (paths.length === 0) return { problem: `no file matches with.sarif (${globs.join(', ')}) after the commands` };
  const findings: Finding[] = [];
  for (const path of paths) {
    const text = await box.readText(path);
    if (text === undefined) return { problem: `${path} cannot be read (larger than 32 MiB, or no regular file)` };
    try {
      findings.push(...fromSarif(text, (uri) => repositoryPath(uri, { root: box.root, directory: bench.task.stage.directory })));
    } catch (error) {
      if (error instanceof UnreadableFindings) return { problem: `${path} ${error.message}` };
      throw error;
    }
  }
  return { findings };
}

function nothing(directory: string): string {
  const where = directory === '' ? '' : ` in ${directory}`;
  return `no linter was found${where}: no lint script, no configured ESLint, Biome, oxlint, Ruff, Pylint or flake8. Give the stage "run:" commands, or leave it out`;
}

function settingsOf({ stage }: StageTask): LintSettings {
  const parsed = LintSettings.safeParse(stage.with);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw failure('InvalidConfiguration', `stage ${stage.id}: with.${issue?.path.join('.')}: ${issue?.message}`);
}
