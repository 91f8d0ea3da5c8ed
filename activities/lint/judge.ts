import type { FindingCounts } from '../../schemas/stage.ts';
import type { Finding } from './finding.ts';
import type { LintOutcome } from './runJob.ts';

type Facts = {
  outcomes: readonly LintOutcome[];
  /** Findings of SARIF files that own commands left. */
  foreign: readonly Finding[];
  isFresh: (finding: Finding) => boolean;
  /** `changed`: only errors on changed lines block. */
  block: 'all' | 'changed';
};

export type LintJudgement = { passed: boolean; summary: string; findings: FindingCounts; notices: string[] };

/** Pure: what the linters' outcomes come to. */
export function judge(facts: Facts): LintJudgement {
  const { outcomes, foreign, isFresh, block } = facts;
  const all = [...outcomes.flatMap(({ findings }) => findings ?? []), ...foreign];
  const counts = countFindings(all, isFresh);
  const notices = outcomes
    .filter(({ job, broken }) => job.advisory && broken !== undefined)
    .map(({ job, broken }) => `${job.tool} ${broken}`);
  const problems = [
    ...outcomes.flatMap((outcome) => problemsOf(outcome, facts, notices)),
    ...(foreign.some((finding) => blocks(finding, facts)) ? ['findings in the SARIF files'] : []),
  ];
  const tools = [...new Set([...outcomes.map(({ job }) => nameOf(job)), ...foreign.map(({ tool }) => tool)])].join(', ');
  const said = sentence(counts, block);
  if (problems.length === 0) return { passed: true, summary: `${tools}: ${said}`, findings: counts, notices };
  const first = all.find((finding) => blocks(finding, facts));
  const example =
    first && !outcomes.some(({ broken, job }) => broken && !job.advisory)
      ? `; first: ${place(first)} ${first.message} (${first.rule})`
      : '';
  const broken = problems.filter((problem) => problem !== '');
  const counted = counts.error + counts.warning + counts.note > 0 ? [`${tools}: ${said}${example}`] : [];
  return { passed: false, summary: [...broken, ...counted].join('; ').slice(0, 500), findings: counts, notices };
}

/** Empty strings stand for problems that the counts already tell. */
function problemsOf(outcome: LintOutcome, facts: Facts, notices: string[]): string[] {
  const { job, exitCode, findings, broken, said } = outcome;
  if (job.advisory) return [];
  if (broken !== undefined) return [`${nameOf(job)} ${broken}`];
  if (!findings) {
    if (facts.block === 'changed') notices.push(`\`${job.command}\` does not say on which lines its findings are, so all of them block`);
    return exitCode === 0 ? [] : [`\`${job.command}\` failed (exit ${exitCode}): ${said}`];
  }
  if (facts.block === 'changed') return findings.some((finding) => blocks(finding, facts)) ? [''] : [];
  return exitCode === 0 ? [] : [''];
}

function blocks(finding: Finding, { block, isFresh }: Facts): boolean {
  return finding.level === 'error' && (block === 'all' || isFresh(finding));
}

function countFindings(all: readonly Finding[], isFresh: Facts['isFresh']): FindingCounts {
  const count = (level: Finding['level']) => all.filter((finding) => finding.level === level).length;
  return {
    error: count('error'),
    warning: count('warning'),
    note: count('note'),
    fresh: all.filter((finding) => isFresh(finding)).length,
    waived: 0,
  };
}

function sentence({ error, warning, note, fresh }: FindingCounts, block: Facts['block']): string {
  const parts = [plural(error, 'error'), plural(warning, 'warning'), plural(note, 'note')].filter((part) => part !== '');
  if (parts.length === 0) return 'no findings';
  return `${parts.join(', ')}${block === 'changed' ? ` (${fresh} on changed lines)` : ''}`;
}

function nameOf({ tool, command }: LintOutcome['job']): string {
  return tool === 'script' ? command : tool;
}

function place({ path, line }: Finding): string {
  return line === undefined ? path : `${path}:${line}`;
}

function plural(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}
