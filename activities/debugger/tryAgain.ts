import type { FileText } from '../../schemas/mind.ts';
import { TestReport, type TestRun } from '../../schemas/testReport.ts';
import type { Debugger } from '../developContracts.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import { type Acceptance, layOver } from '../lib/proof/acceptance.ts';
import { toTestRun } from '../lib/proof/outcomes.ts';
import { stageTask, strictRules } from '../lib/proof/stageTask.ts';
import type { DebuggerDeps } from './deps.ts';

export type DiagnoseOrder = Parameters<Debugger['diagnoseFailure']>[0];
export type Again = { /** Tests that failed once and passed once. */ flaky: string[]; log: string };

const longestLog = 2 ** 20;

/**
 * Runs the tests that failed again on the same commit, twice at most: all of them, then the open ones alone, whose log may be shown. Tests that
 * were refused or ended from outside are not run again.
 */
export async function tryAgain(deps: DebuggerDeps, order: DiagnoseOrder, acceptance: Acceptance): Promise<Again> {
  const { proof, change, site, testTimeout } = order;
  if (proof.failures.length === 0 || proof.refusals.length > 0 || proof.endedBy !== undefined) return { flaky: [], log: '' };
  const { after, regression } = TestReport.parse(JSON.parse(Buffer.from(await deps.store.get(proof.report)).toString('utf8')));
  const ofAcceptance = after?.passed === false;
  const runs = [ofAcceptance ? after : regression].filter((run) => run !== undefined);

  const { open, hidden, commands } = acceptance;
  const run = async (files: readonly FileText[], id: string) => {
    const source = sourceAt(site.source, await layOver(deps.commits, site, change, files), change);
    const which = ofAcceptance ? { run: commands, rules: strictRules(site.rules) } : {};
    return await deps.runTests(stageTask({ site, source, id, agent: 'test', timeout: testTimeout, ...which }));
  };
  if (ofAcceptance) {
    const again = await run([...open, ...hidden], 'diagnose-all');
    runs.push(await toTestRun(deps.store, again, change.commit));
  }
  const last = await run([...open, ...(ofAcceptance ? hidden.map(withheld) : [])], 'diagnose-open');
  const told = await toTestRun(deps.store, last, change.commit);
  // Runners name a file that holds no test as if it were one.
  runs.push({ ...told, outcomes: told.outcomes.filter(({ name }) => !hidden.some(({ path }) => name.includes(path))) });
  const log =
    last.log === undefined
      ? ''
      : Buffer.from(await deps.store.get(last.log))
          .subarray(-longestLog)
          .toString('utf8');
  return { flaky: bothWays(runs), log };
}

/** Commands may name the file, so something must stand there. */
function withheld({ path }: FileText): FileText {
  const comment = /\.(?:py|rb|sh|ex|exs)$/.test(path) ? '#' : '//';
  return { path, text: `${comment} This test is held out.\n` };
}

/** A name counts as failed where any test of that name failed; one that fewer tests have than in the first run says nothing of the others. */
function bothWays([first, ...others]: readonly TestRun[]): string[] {
  if (first === undefined) return [];
  const before = tally(first);
  const seen = others.map(tally);
  return [...before].flatMap(([name, was]) => {
    const alike = seen.flatMap((run) => run.get(name) ?? []).filter(({ count }) => count === was.count);
    return alike.some(({ failed }) => failed !== was.failed) ? [name] : [];
  });
}

function tally({ outcomes }: TestRun): Map<string, { count: number; failed: boolean }> {
  const names = new Map<string, { count: number; failed: boolean }>();
  for (const { name, status } of outcomes) {
    const known = names.get(name) ?? { count: 0, failed: false };
    names.set(name, { count: known.count + 1, failed: known.failed || status === 'failed' });
  }
  return names;
}
