import type { FileText } from '../../schemas/mind.ts';
import { TestReport, type TestRun } from '../../schemas/testReport.ts';
import type { Debugger } from '../developContracts.ts';
import { sourceAt } from '../lib/generated/commits.ts';
import { type Acceptance, layOver } from '../tester/proof/acceptance.ts';
import { toTestRun } from '../tester/proof/outcomes.ts';
import { stageTask, strictRules } from '../tester/proof/stageTask.ts';
import type { DebuggerDeps } from './debugger.ts';

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
  runs.push(await toTestRun(deps.store, last, change.commit));
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

function bothWays(runs: readonly TestRun[]): string[] {
  const names = (status: string) => runs.flatMap(({ outcomes }) => outcomes.filter((one) => one.status === status).map(({ name }) => name));
  const passed = new Set(names('passed'));
  return [...new Set(names('failed'))].filter((name) => passed.has(name));
}
