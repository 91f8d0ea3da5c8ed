import { workflowInfo } from '@temporalio/workflow';
import type { AgentTaskRequest, AgentTaskResult } from '../../schemas/agentTask.ts';
import type { FeatureGround, FeaturePlan } from '../../schemas/buildFeature.ts';
import { failure } from '../../schemas/failures.ts';
import type { Change } from '../../schemas/mind.ts';
import { generatedBranch } from '../../schemas/names.ts';
import type { RunState } from '../../schemas/runState.ts';
import type { Site } from '../../schemas/solveTask.ts';
import type { DevelopRole, Todo } from '../../schemas/todoList.ts';
import { BudgetAccount, smallBudget } from './budget.ts';
import { writeCode } from './code.ts';
import { type DevelopAgents, developAgents, proofTime } from './developAgents.ts';
import { pauseSwitch } from './pause.ts';
import { makePlan } from './plan.ts';
import { effectKey } from './stageTask.ts';
import { think } from './think.ts';

type Made = Pick<AgentTaskResult, 'contract' | 'tests' | 'change' | 'proof' | 'evidence' | 'branch'> & { base?: Change };

/** What one agent's task has so far; each step takes what the one before made. */
export class AgentTaskWork {
  readonly #request: AgentTaskRequest;
  readonly #agents: DevelopAgents;
  readonly #account: BudgetAccount;
  readonly #parked: { parked_until?: string } = {};
  #ground?: FeatureGround;
  #plan?: FeaturePlan;
  #made: Made = {};

  readonly #control = pauseSwitch();

  constructor(request: AgentTaskRequest) {
    this.#request = request;
    this.#agents = developAgents(request, proofTime(request.testTimeout, 2));
    this.#account = new BudgetAccount({ ...smallBudget, steps: request.steps });
  }

  async open(): Promise<FeatureGround> {
    const { todo, request: words } = this.#request;
    const given = todo && { id: workflowInfo().workflowId, request: words, summary: todo.title, tasks: [{ ...todo, dependencies: [] }] };
    const { ground, plan } = await makePlan({ ...this.#request, ...(given ? { todoList: given } : {}) }, this.#account, this.#park);
    this.#ground = ground;
    this.#plan = plan;
    return ground;
  }

  /** Every step up to the role's own. */
  async upTo(role: DevelopRole): Promise<void> {
    if (role === 'planner') return;
    await this.#design();
    if (role === 'architect') return;
    await this.#test();
    const { candidate } = this.#request;
    if (candidate !== undefined) this.#made.change = await this.#agents.ground.adoptRef({ site: this.#site, ref: candidate });
    else if (role === 'debugger') throw failure('InvalidInput', 'candidate: name the commit that the debugger looks at');
    else if (role === 'coder') await this.#code();
    if (this.#made.change) await this.#prove();
    if (role === 'debugger' && this.#made.proof?.accepted === false) await this.#diagnose();
  }

  async finish(): Promise<AgentTaskResult> {
    const { base: _base, ...made } = this.#made;
    const branch = await this.#publish();
    const { proof } = made;
    // A diagnosis is what the debugger was asked for, whatever it finds.
    const passed = this.#request.role === 'debugger' || proof === undefined || proof.accepted;
    const { todoList, mind } = this.#needed(this.#plan);
    return {
      status: passed ? 'passed' : 'failed',
      role: this.#request.role,
      todoList,
      mind,
      ...made,
      ...(branch ? { branch } : {}),
      usage: this.#account.usage,
    };
  }

  get view(): Partial<RunState<string, AgentTaskResult>> {
    return { agent_assignments: { task: this.#request.role }, partial_results: { ...this.#made, ...this.#parked } };
  }

  readonly #park = (until?: string): void => {
    this.#parked.parked_until = until;
  };

  get #todo(): Todo {
    return this.#needed(this.#plan?.todoList.tasks[0]);
  }

  get #site(): Site {
    const { source, rules } = this.#needed(this.#ground);
    return {
      source,
      rules,
      isolation: this.#request.isolation,
      run: workflowInfo().workflowId,
      key: effectKey('develop'),
      taskId: this.#todo.id,
    };
  }

  get #start(): Change {
    const { commit, tree, objects } = this.#needed(this.#ground).source;
    return { commit, tree, objects };
  }

  async #thought<T>(ask: Parameters<typeof think<T>>[0]): Promise<T> {
    const { value, usage } = await think(ask, { parked: this.#park, within: this.#request.modelWait });
    this.#account.settle(undefined, usage, 0);
    return value;
  }

  async #design(): Promise<void> {
    const { mind } = this.#needed(this.#plan);
    const order = { site: this.#site, mind, todo: this.#todo, start: this.#start, key: effectKey('contract') };
    this.#made.contract = (await this.#thought(() => this.#agents.architect.designContract(order))).contract;
  }

  async #test(): Promise<void> {
    const { mind } = this.#needed(this.#plan);
    const order = {
      site: this.#site,
      mind,
      todo: this.#todo,
      start: this.#start,
      contract: this.#needed(this.#made.contract),
      key: effectKey('tests'),
    };
    const { tests, change } = await this.#thought(() => this.#agents.tester.writeTests(order));
    Object.assign(this.#made, { tests, base: change });
  }

  async #code(): Promise<void> {
    const { mind } = this.#needed(this.#plan);
    const { contract, tests, base } = this.#made;
    const coding = { request: this.#request, account: this.#account, control: this.#control, slots: 1, parked: this.#park };
    const wish = {
      site: this.#site,
      todo: this.#todo,
      mind,
      role: 'coder' as const,
      contract: this.#needed(contract),
      tests: this.#needed(tests),
      start: this.#needed(base),
    };
    this.#made.change = (await writeCode(coding, { ...wish, step: 'code' })).change;
  }

  async #prove(): Promise<void> {
    const { tests, base, change } = this.#made;
    const { testTimeout } = this.#request;
    const order = {
      site: this.#site,
      base: this.#needed(base),
      change: this.#needed(change),
      tests: [this.#needed(tests)],
      testTimeout,
      times: 1,
    };
    this.#made.proof = await this.#agents.tester.proveChange({
      ...order,
      allowed: this.#request.candidate ? this.#needed(tests).paths : [],
    });
  }

  async #diagnose(): Promise<void> {
    const { tests, base, change, contract, proof } = this.#made;
    const [needed, { testTimeout }] = [this.#needed.bind(this), this.#request];
    const order = {
      site: this.#site,
      base: needed(base),
      change: needed(change),
      contract: needed(contract),
      tests: needed(tests),
      proof: needed(proof),
      testTimeout,
    };
    this.#made.evidence = await this.#agents.debugger.diagnoseFailure(order);
  }

  async #publish(): Promise<string | undefined> {
    const { role, candidate } = this.#request;
    const change = role === 'coder' ? this.#made.change : role === 'tester' && !candidate ? this.#made.base : undefined;
    if (!change) return undefined;
    const branch = generatedBranch(workflowInfo().workflowId, this.#todo.id);
    const note = { format: 'mainstay-generated/1', role, task: this.#todo, commit: change.commit, verdict: this.#made.proof?.verdict };
    const published = await this.#agents.publisher.publishBranch({
      site: this.#site,
      branch,
      change,
      note,
      key: effectKey(`branch/${change.commit}`),
    });
    return published.pushed ? branch : undefined;
  }

  #needed<T>(value: T | undefined): T {
    if (value === undefined) throw failure('RunFailed', 'a step of the task is missing what the one before makes');
    return value;
  }
}
