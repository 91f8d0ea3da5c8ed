import { detectProject } from '../../../repository/detect/detectProject.ts';
import { sourceAt } from '../../lib/generated/commits.ts';
import { lintJobs } from '../../lib/jobs/lintJobs.ts';
import { stageTask } from '../../lib/proof/stageTask.ts';
import type { ProofPlace, ProverDeps } from '../proof/deps.ts';
import { checkBuild } from './build.ts';
import { type Checked, stepOf, together } from './checked.ts';
import { freshFindings } from './findings.ts';
import { checkTypes } from './types.ts';

/** Secrets and weak code that the change brings in. Nothing of the repository runs. */
export async function scanChange(deps: ProverDeps, { site, source, changed, timeout }: ProofPlace): Promise<Checked> {
  const python = changed.some((path) => path.endsWith('.py'));
  const scanners = ['secretlint', 'gitleaks', 'semgrep', ...(python ? ['bandit'] : [])];
  const result = await deps.scanSecurity(
    stageTask({ site, source, id: 'proof-scan', agent: 'security', timeout, with: { block: 'high', scanners } }),
  );
  const { notices } = result;
  const steps = [stepOf('scan', result)];
  const refusals = await freshFindings(deps.store, result, 'security');
  if (result.passed || refusals.length > 0) return { refusals, notices, steps };
  return { refusals: [{ rule: 'static-scan', path: '.', message: result.summary }], notices, steps };
}

/** What the project's own linters, its type check and its build find that was not there before. */
export async function checkChange(deps: ProverDeps, place: ProofPlace): Promise<Checked> {
  const tree = await deps.sources.tree(place.source);
  const project = await detectProject(tree);
  const lint =
    lintJobs(project, { run: [], directory: '' }).length === 0
      ? { refusals: [], notices: ['no linter is set up in this project'], steps: [] }
      : await lintChange(deps, place);
  const read = together([lint, await checkTypes(deps, place, { project, tree })]);
  return read.refusals.length > 0 ? read : together([read, await checkBuild(deps, place, project)]);
}

async function lintChange(deps: ProverDeps, { site, source, base, timeout }: ProofPlace): Promise<Checked> {
  const task = stageTask({ site, source, id: 'proof-lint', agent: 'lint', timeout, with: { block: 'changed' } });
  const result = await deps.lintCode(task);
  const { notices } = result;
  const steps = [stepOf('lint', result)];
  if (result.passed) return { refusals: [], notices, steps };
  const refusals = await freshFindings(deps.store, result, 'lint');
  if (refusals.length > 0) return { refusals, notices, steps };
  // A linter that names no lines, or does not work: as at the base it says nothing about the change.
  const before = await deps.lintCode({ ...task, source: sourceAt(site.source, base) });
  if (!before.passed) return { refusals: [], notices: [...notices, `the linter fails without the change too: ${before.summary}`], steps };
  return { refusals: [{ rule: 'lint', path: '.', message: result.summary }], notices, steps };
}
