import type { BuildReport, BuildStep } from '../../../schemas/buildReport.ts';
import type { Proof } from '../../../schemas/debugFailure.ts';
import type { ChangeRefusal, TestReport } from '../../../schemas/testReport.ts';
import type { ProofOrder } from '../../developContracts.ts';
import type { Regression } from './regression.ts';
import { signatureOf } from './signature.ts';
import type { Witness } from './witness.ts';

/** All that a proof found, before it is told. */
export type Found = {
  commands: string[];
  refusals: ChangeRefusal[];
  notices: string[];
  /** What scanners, linters, type check and build were run, and what they said. */
  steps: BuildStep[];
  witness?: Witness;
  regression?: Regression;
  startedAt: string;
  /** What of a message may be told to who codes. */
  withhold(message: string): string;
};

const mostFailures = 20;
const mostRefusals = 50;

/** Pure: the published report of scans, checks and the build. */
export function buildReportOf({ site, change }: ProofOrder, { steps, refusals, notices, startedAt }: Found): BuildReport {
  return {
    task_id: site.taskId,
    commit: change.commit,
    passed: refusals.length === 0,
    steps,
    notices: [...new Set(notices)],
    started_at: startedAt,
    ended_at: new Date().toISOString(),
  };
}

/** Pure: the published report and the proof of what was found. */
export function summarise(order: ProofOrder, found: Found): { report: TestReport; proof: Omit<Proof, 'report' | 'buildReport'> } {
  const { witness, regression, withhold } = found;
  const refusals = [...found.refusals, ...(witness?.refusals ?? [])]
    .slice(0, mostRefusals)
    .map((one) => ({ ...one, message: one.message.slice(0, 500) }));
  const after = witness?.after;
  const accepted = refusals.length === 0 && after?.passed === true && regression?.passed !== false;
  const deciding = after && !after.passed ? witness?.result : regression?.passed === false ? regression.result : undefined;
  const last = deciding ?? witness?.result;
  const failures = accepted ? [] : failuresOf(found);
  const endedBy = deciding?.endedBy;
  const verdict = verdictOf({ accepted, refusals, found, deciding: deciding?.summary });
  const notices = [...new Set([...found.notices, ...(last?.notices ?? []), ...(regression?.notices ?? [])])];
  const coverage = regression?.result.coverage ?? witness?.result.coverage ?? null;
  const isolation = last?.isolation ?? 'none';
  const proof: Omit<Proof, 'report' | 'buildReport'> = {
    accepted,
    verdict,
    commit: order.change.commit,
    failures,
    refusals,
    coverage,
    isolation,
    ...(accepted ? {} : { signature: signatureOf({ failures, endedBy, refusals }) }),
    ...(endedBy === undefined ? {} : { endedBy }),
    ...(last?.tests === undefined ? {} : { counts: countsOf(last.tests) }),
    ...(last?.log === undefined ? {} : { log: last.log }),
  };
  const report: TestReport = {
    task_id: order.site.taskId,
    accepted,
    verdict,
    commands: found.commands,
    ...(witness ? { before: told(witness.before, withhold) } : {}),
    ...(after ? { after: told(after, withhold) } : {}),
    ...(regression ? { regression: regression.run } : {}),
    refusals,
    coverage,
    environment: { isolation, network: false, notices },
    started_at: found.startedAt,
    ended_at: new Date().toISOString(),
  };
  return { report, proof };
}

function failuresOf({ witness, regression, withhold }: Found): Proof['failures'] {
  const run = witness?.after && !witness.after.passed ? witness.after : regression?.passed === false ? regression.run : undefined;
  const result = run === regression?.run ? regression?.result : witness?.result;
  if (run === undefined || result === undefined) return [];
  const failed = run.outcomes
    .filter(({ status }) => status === 'failed')
    .map(({ name, message = 'failed' }) => ({ name, message: withhold(message) }));
  // Tests that cannot even start, or a command that fails by itself.
  return failed.length > 0 ? failed.slice(0, mostFailures) : [{ name: 'tests', message: withhold(result.summary) }];
}

function told(run: NonNullable<TestReport['after']>, withhold: Found['withhold']): NonNullable<TestReport['after']> {
  return { ...run, outcomes: run.outcomes.map((one) => (one.message === undefined ? one : { ...one, message: withhold(one.message) })) };
}

type Facts = { accepted: boolean; refusals: readonly ChangeRefusal[]; found: Found; deciding?: string };

function verdictOf({ accepted, refusals, found, deciding }: Facts): string {
  const [first] = refusals;
  if (first) {
    const more = refusals.length > 1 ? ` and ${refusals.length - 1} more` : '';
    return `refused (${first.rule}): ${first.path === '.' ? '' : `${first.path} `}${found.withhold(first.message)}${more}`.slice(0, 500);
  }
  const { witness, regression } = found;
  if (!accepted)
    return `${witness?.after?.passed ? "the repository's own tests: " : ''}${found.withhold(deciding ?? 'the tests did not pass')}`.slice(
      0,
      500,
    );
  const own = regression ? `, and ${regression.run.summary.passed} of the repository's own` : '';
  return `${witness?.after?.summary.passed ?? 0} acceptance tests pass with the change and not without it${own}`;
}

function countsOf({ total, passed, failed, skipped }: NonNullable<Proof['counts']>): NonNullable<Proof['counts']> {
  return { total, passed, failed, skipped };
}
