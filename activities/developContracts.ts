import type { BuildFeatureResult, FeatureGround, FeaturePlan, PlanFeatureRequest } from '../schemas/buildFeature.ts';
import type { AcceptanceTests, Evidence, Proof } from '../schemas/debugFailure.ts';
import type { GitHubPlace } from '../schemas/github.ts';
import type { Change, Mind, Provenance, Thought } from '../schemas/mind.ts';
import type { BlobRef } from '../schemas/nouns.ts';
import type { RunState } from '../schemas/runState.ts';
import type { LoopLimits, Site } from '../schemas/solveTask.ts';
import type { Action } from '../schemas/solveTask.ts';
import type { Todo, TodoList } from '../schemas/todoList.ts';

/** What the develop flow may ask of its agents. Same input, same commits: every activity here may be repeated. */
export type GroundAgent = {
  /** Finds the commit, or makes an empty repository under `MAINSTAY_HOME/projects`, and reads the project's rules. */
  openGround(request: PlanFeatureRequest & { key: string }): Promise<FeatureGround>;
  /** A branch, tag or commit of the repository as a change; fails with `RefNotFound`. */
  adoptRef(order: { site: Site; ref: string }): Promise<Change>;
};

export type Planner = {
  /** The plan, and who carries it out; without `ground` for a repository that is still to be made. Fails with `RequestNotUnderstood` when there is neither template nor model for it. */
  planWork(order: { request: PlanFeatureRequest; ground?: FeatureGround; id: string; key: string }): Promise<Thought<FeaturePlan>>;
  /** One task anew, as the instruction says; ids and dependencies stay. */
  replanTask(order: { site: Site; mind: Mind; todoList: TodoList; todo: Todo; instruction: string; key: string }): Promise<Thought<Todo>>;
};

export type Architect = {
  /** `contract.json` of a task, and OpenAPI for HTTP interfaces. `earlier` with `instruction`: what to put right. */
  designContract(order: DesignOrder): Promise<Thought<{ contract: BlobRef; openapi?: BlobRef }>>;
};
export type DesignOrder = {
  site: Site;
  mind: Mind;
  todo: Todo;
  start: Change;
  earlier?: BlobRef;
  instruction?: string;
  /** Names this thought: a repeated attempt finds the answer that was paid for. */
  key: string;
};

export type DevelopTester = {
  /** Acceptance tests from the contract: the open ones are committed on `start`, the held-out ones stay in the store. */
  writeTests(order: {
    site: Site;
    mind: Mind;
    todo: Todo;
    start: Change;
    contract: BlobRef;
    instruction?: string;
    key: string;
  }): Promise<Thought<{ tests: AcceptanceTests; change: Change }>>;
  /** Whether the change may be accepted: scans first, then the tests without and with it, each in a fresh sandbox without network. */
  proveChange(order: ProofOrder): Promise<Proof>;
  /** What a template makes of finished work by running it in the sandbox. */
  makeExhibits(order: { site: Site; mind: Mind; change: Change; timeout: string }): Promise<BuildFeatureResult['exhibits']>;
};
export type ProofOrder = {
  site: Site;
  /** What the coder started from, with the open tests. */
  base: Change;
  change: Change;
  tests: AcceptanceTests[];
  testTimeout: string;
  /** How often the tests must pass, one time after the other: 3 for what was flaky. */
  times: number;
  /** Paths that a person allowed to change though they are protected. */
  allowed: string[];
};

export type Coder = {
  /** The code of a task in one go: a template's, or a coding program's in the sandbox. */
  writeCode(order: CodeOrder): Promise<Thought<{ change: Change; summary: string }>>;
  /** What the loop's model is told of a task: text in the store, from contract, open tests and instruction alone. */
  briefTask(order: BriefOrder): Promise<{ brief: BlobRef; protected: string[] }>;
  /** Carries out one step of the loop and commits what it changed. A step that cannot be done is an observation, not a failure. */
  takeStep(order: StepOrder): Promise<{ change: Change; observation: BlobRef; headline: string; changed: boolean }>;
  /** Removes the warm sandbox of a task, if this worker has one. */
  closeTask(order: { site: Site }): Promise<void>;
};
export type BriefOrder = {
  site: Site;
  todo: Todo;
  start: Change;
  contract: BlobRef;
  tests: Pick<AcceptanceTests, 'open' | 'paths' | 'commands'>;
  /** What the debugger found, or a person said. */
  instruction?: string;
};
export type CodeOrder = BriefOrder & { mind: Mind; role: 'coder' | 'debugger'; limits: LoopLimits; commandTimeout: string; key: string };
export type StepOrder = {
  site: Site;
  role: 'coder' | 'debugger';
  change: Change;
  /** `Action` as JSON in the store. */
  step: BlobRef;
  number: number;
  protected: string[];
  commandTimeout: string;
  by: Provenance;
  /** When the flow asked, ISO 8601: the commit's date, the same for every attempt. */
  at: string;
};

export type ModelAgent = {
  /** Asks the model for its next step. `transcript` and `observation` are those of the step before. */
  nextStep(order: NextStepOrder): Promise<Thought<NextStep>>;
};
export type NextStepOrder = {
  site: Pick<Site, 'run' | 'key' | 'taskId'>;
  role: 'coder' | 'debugger';
  brief: BlobRef;
  transcript?: BlobRef;
  observation?: BlobRef;
  number: number;
  /** True: few steps, tokens or minutes are left; the model is told to come to an end. */
  wrapUp: boolean;
  key: string;
};
export type NextStep = {
  transcript: BlobRef;
  step: BlobRef;
  kind: Action['kind'];
  /** One line for people: `edit src/retry.ts`. */
  headline: string;
  /** Of `done`. */
  summary?: string;
};

export type Debugger = {
  /** Gathers facts about a failed proof: runs the tests again on the same commit, and compares the code with the contract. */
  diagnoseFailure(order: {
    site: Site;
    base: Change;
    change: Change;
    contract: BlobRef;
    tests: AcceptanceTests;
    proof: Proof;
    testTimeout: string;
    /** The change before the last attempt. */
    earlier?: Change;
  }): Promise<Evidence>;
};

export type Publisher = {
  /** A merge commit of both, or the paths that conflict. The one that holds the other already is answered as it is. */
  mergeChange(order: {
    site: Site;
    into: Change;
    change: Change;
    title: string;
    at: string;
  }): Promise<{ merged: Change } | { conflicts: string[] }>;
  /** A commit of files from the store (`FileText[]`) on a change. */
  commitFiles(order: { site: Site; on: Change; files: BlobRef[]; title: string; by: Provenance; at: string }): Promise<Change>;
  /** Makes the repository's branch show the change, with the note; `pushed` is false with a reason where the repository takes none. */
  publishBranch(order: PublishOrder): Promise<{ branch: string; pushed: boolean; reason?: string }>;
  /** A pull request for a pushed branch; found again when it is there. */
  openFeaturePull(order: {
    site: Site;
    place: GitHubPlace;
    branch: string;
    title: string;
    body: string;
    key: string;
  }): Promise<{ number: number; url: string }>;
};
export type PublishOrder = {
  site: Site;
  branch: string;
  change: Change;
  /** The machine-readable note at the branch's tip. */
  note: Record<string, unknown>;
  key: string;
};

export type FeatureReporter = {
  writeFeatureReport(run: {
    record: Pick<RunState, 'task_id' | 'started_at' | 'updated_at' | 'checkpoints' | 'decisions' | 'refusals' | 'error_log'>;
    result: BuildFeatureResult;
  }): Promise<{ markdown: BlobRef; json: BlobRef }>;
};
