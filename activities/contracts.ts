import type { Decision } from '../schemas/approvals.ts';
import type { Health, Release } from '../schemas/deploy.ts';
import type { GitHubPlace, GitHubRepository, PullRequest } from '../schemas/github.ts';
import type { LockAnswer, LockAskInput, LockHolder } from '../schemas/locks.ts';
import type { BlobRef } from '../schemas/nouns.ts';
import type { ProjectFile } from '../schemas/projectFile.ts';
import type { PipelinePlan, PipelineRequest, PipelineResult, StageStatus } from '../schemas/runPipeline.ts';
import type { Review } from '../schemas/review.ts';
import type { RunNews } from '../schemas/runNews.ts';
import type { RunState } from '../schemas/runState.ts';
import type { Source } from '../schemas/source.ts';
import type { Stage, StageResult, StageTask } from '../schemas/stage.ts';

/** What flows may ask of the agents. Each agent's factory answers `satisfies` its contract. */
export type SourceAgent = {
  /** Resolves the ref, reads the configuration at that commit, and fills in the plan. */
  openRun(request: PipelineRequest): Promise<PipelinePlan>;
  evaluateCondition(question: ConditionQuestion): Promise<boolean>;
};

export type ConditionQuestion = {
  source: Source;
  event: string;
  stage: Stage;
  results: Record<string, { status: StageStatus; passed: boolean }>;
};

export type Linter = { lintCode(task: StageTask): Promise<StageResult> };
export type Tester = { runTests(task: StageTask): Promise<StageResult> };
export type Builder = { buildArtifacts(task: StageTask): Promise<StageResult> };
export type SecurityScanner = { scanSecurity(task: StageTask): Promise<StageResult> };

export type Deployer = {
  deployRelease(task: StageTask): Promise<Release>;
  watchRelease(watch: { task: StageTask; release: Release }): Promise<Health>;
  rollBackRelease(order: { task: StageTask; reason: string }): Promise<{ restored?: Release; undone: boolean }>;
};

/** What a report needs of a run: its result, and what the state alone knows. */
export type RunRecord = {
  record: Pick<RunState, 'task_id' | 'started_at' | 'updated_at' | 'checkpoints' | 'decisions' | 'error_log'> &
    Partial<Pick<RunState, 'refusals'>>;
  result: PipelineResult;
};
export type Reporter = { writeReport(run: RunRecord): Promise<{ markdown: BlobRef; json: BlobRef }> };

/** Tells people outside. Every call makes the outside show the given state, and creates nothing twice. */
export type Announcer = {
  /** Check run per stage with annotations, commit status, deployments and their statuses, the pull request's one comment, its labels. */
  showOnGitHub(news: RunNews): Promise<void>;
  /** The run's one message with buttons for what waits, details in its thread, reminders. */
  showInSlack(news: RunNews): Promise<void>;
  /**
   * Mail about what failed, what waits, and at the end about what went well, where the rules ask for it; each once. A mail server cannot be asked
   * what it took: the keys that earlier calls answered come back in `mailed`, and are not answered again.
   */
  sendMail(news: RunNews & { mailed?: string[] }): Promise<{ sent: string[] } | void>;
  /** The review with its comments on lines; one per commit. */
  publishReview(order: { place: GitHubPlace; commit: string; review: Review; key: string }): Promise<void>;
  /** Answers a command; one answer per delivery. Without `verdict`, as older runs call it, the words say what came of it. */
  answerCommand(answer: { place: GitHubPlace; comment?: number; text: string; key: string; verdict?: CommandVerdict }): Promise<void>;
};

/** What came of a command: it was done, it was refused, or there was nothing to do for it. */
export type CommandVerdict = 'done' | 'refused' | 'unclear';

/** Reads GitHub, and opens what a run asks for there. */
export type GitHubAgent = {
  /** Fails with `ServiceRefused` when there is none, or none that the credentials may see. */
  readPullRequest(pull: GitHubRepository & { number: number }): Promise<PullRequest>;
  /** The project's rules at a commit: who may, which branches, what waits. */
  readRules(at: { repository: string; commit: string }): Promise<ProjectFile>;
  /** A pull request that takes back what a push brought; found again when it is there. */
  openRevert(order: {
    place: GitHubPlace;
    commit: string;
    /** What stood on the branch before the push; without it the commit alone is taken back. */
    before?: string;
    branch: string;
    reason: string;
    key: string;
  }): Promise<{ number: number; url: string }>;
  /** Asks GitHub to send again what got no good answer since `since`; answers the ids that were asked for. */
  redeliverFailed(since: { after: string }): Promise<{ redelivered: string[]; failed: number; oldestAt?: string }>;
  /** Open pull requests and heads of the branches that the rules name, of every repository that the credentials reach. */
  listHeads(): Promise<Head[]>;
};
/** A commit that should have a run. `act` as in `pushRunId`. */
export type Head = GitHubRepository & { repository: string; commit: string } & (
    | { kind: 'pull_request'; number: number; updatedAt: string }
    | { kind: 'push'; branch: string; trusted: boolean; authors: string[] }
  );

export type Reviewer = {
  reviewPullRequest(order: ReviewOrder): Promise<Review>;
};
/** `repo_url` and `pr_number` as published; the commits say what exactly is reviewed. */
export type ReviewOrder = { repo_url: string; pr_number: number; commit: string; base: string; fork: boolean; rules: ProjectFile };

/** Speaks to Temporal: what a workflow cannot do by itself. */
export type Controller = {
  /** Update-with-start of the resource's lock. */
  askForLock(ask: LockAskInput): Promise<LockAnswer>;
  /** Whether the holder's run is still open. A client's life is its renewing: false. */
  isAlive(holder: LockHolder): Promise<boolean>;
  /** Gives a decision to a run, once per `id`; the refusal is an answer, not a failure. `waitsFor` says who is asked still. */
  decideOnRun(order: {
    workflowId: string;
    decision: Decision;
    id: string;
  }): Promise<{ taken: boolean; reason?: string; waitsFor?: string }>;
  /** Does a stage of a live run again; the refusal is an answer. */
  rerunStage(order: { workflowId: string; stage: string }): Promise<{ taken: boolean; reason?: string }>;
  /** Starts what is missing for a head; answers whether something was missing. */
  ensureRun(head: Head): Promise<{ started: boolean; workflowId: string }>;
};
