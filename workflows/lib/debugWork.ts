import type { DebugAttempt, DebugFailureRequest, DebugFailureResult, Evidence } from '../../schemas/debugFailure.ts';
import { routes } from '../../schemas/routes.ts';
import type { RunState } from '../../schemas/runState.ts';
import { BudgetAccount } from './budget.ts';
import { noUsage } from '../../schemas/usage.ts';
import { type Classified, classifyFailure } from './classifyFailure.ts';
import type { CodeWish, Coding } from './code.ts';
import { developAgents, proofTime } from './developAgents.ts';
import type { PauseSwitch } from './pause.ts';
import { tellRun } from './progress.ts';
import { writeCode } from './code.ts';

export type Diagnosed = Classified & { evidence: Evidence };

/** What one debug branch works on: the change as it stands, its last proof, and what was tried. */
export class DebugWork {
  change: DebugFailureRequest['change'];
  base: DebugFailureRequest['base'];
  contract: DebugFailureRequest['contract'];
  tests: DebugFailureRequest['tests'];
  proof: DebugFailureRequest['proof'];
  readonly account: BudgetAccount;
  readonly attempts: DebugAttempt[] = [];
  readonly request: DebugFailureRequest;
  readonly control: PauseSwitch;

  constructor(request: DebugFailureRequest, control: PauseSwitch) {
    this.request = request;
    this.control = control;
    ({ change: this.change, base: this.base, contract: this.contract, tests: this.tests, proof: this.proof } = request);
    this.account = new BudgetAccount(request.budget);
  }

  get coding(): Coding {
    return { request: this.request, account: this.account, control: this.control, slots: 1, parked: this.parked };
  }

  readonly parked = (until?: string): void => tellRun(this.request.site, this.headline, until);

  get headline(): string {
    const last = this.attempts.at(-1);
    const { id, max_debug_attempts: most } = this.request.branch;
    return last ? `${id}: attempt ${last.number} of ${most}, ${last.class} → ${last.route}` : `${id}: looking for the cause`;
  }

  async diagnose(): Promise<Diagnosed> {
    const { site, testTimeout } = this.request;
    const { change, base, contract, tests, proof } = this;
    const agents = developAgents(this.request, proofTime(testTimeout, 2));
    const earlier = this.#changeBefore;
    const evidence = await agents.debugger.diagnoseFailure({
      site,
      base,
      change,
      contract,
      tests,
      proof,
      testTimeout,
      ...(earlier ? { earlier } : {}),
    });
    return { ...this.#known(classifyFailure(evidence, proof)), evidence };
  }

  /** Tests that did not end in twice the time either are not slow but stuck: that is the code's fault. */
  #known(classified: Classified): Classified {
    if (classified.class !== 'timeout' || !this.attempts.some((attempt) => attempt.class === 'timeout')) return classified;
    return { class: 'implementation_bug', reason: 'the tests do not end in twice the time either' };
  }

  #changeBefore?: DebugFailureRequest['change'];
  #signatureBefore?: string;

  /** The same failure as before the last attempt, which changed nothing that matters, and nothing else to try. */
  comesBack({ class: kind, evidence }: Diagnosed): boolean {
    const same = this.#signatureBefore !== undefined && this.#signatureBefore === this.proof.signature;
    const changed = this.#changeBefore?.tree !== this.change.tree && evidence.meaningful !== false;
    return same && !changed && this.attempts.at(-1)?.class === kind;
  }

  begin(number: number, { class: kind, reason }: Diagnosed): void {
    this.#changeBefore = this.change;
    this.#signatureBefore = this.proof.signature;
    const { signature, commit } = this.proof;
    this.attempts.push({ number, class: kind, route: routes[kind], reason, signature, commit, at: new Date().toISOString() });
    tellRun(this.request.site, this.headline);
  }

  /** Names a step of this branch, the same in every attempt of Temporal's. */
  step(what: string): string {
    return `${this.request.branch.id}/${this.attempts.length}/${what}`;
  }

  /** Lets the mind repair the code as the instruction says; then the parent's tests run again. */
  async repairCode(instruction: string): Promise<'budget' | 'done'> {
    const { site, todo, mind } = this.request;
    const { contract, tests, change: start } = this;
    const wish: CodeWish = { site, todo, mind, role: 'debugger', contract, tests, start, instruction, step: this.step('code') };
    const coded = await writeCode(this.coding, wish);
    this.change = coded.change;
    if (coded.outcome === 'budget') return 'budget';
    await this.prove();
    return 'done';
  }

  async prove({ testTimeout = this.request.testTimeout, times = 1 }: { testTimeout?: string; times?: number } = {}): Promise<void> {
    const { site } = this.request;
    const { base, change, tests } = this;
    const started = Date.now();
    const { tester } = developAgents(this.request, proofTime(testTimeout, times));
    this.proof = await tester.proveChange({ site, base, change, tests: [tests], testTimeout, times, allowed: [] });
    this.account.settle(undefined, noUsage, Date.now() - started);
  }

  get view(): Partial<RunState<string, DebugFailureResult>> {
    return { current_step: this.headline, partial_results: { branch: this.request.branch, attempts: this.attempts } };
  }

  ended(outcome: DebugFailureResult['outcome'], reason: string): DebugFailureResult {
    const { attempts, base, change, contract, tests, proof, account } = this;
    const { usage, workedMs } = account;
    return { outcome, reason, attempts, base, change, contract, tests, proof, usage, workedMs };
  }
}
