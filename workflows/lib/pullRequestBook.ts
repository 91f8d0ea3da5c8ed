import type { ApprovalOutcome } from '../../schemas/approvals.ts';
import { type PullRequest, steeringAssociations } from '../../schemas/github.ts';
import type { CommandGiven, DeploymentStatus, OutsideFailure, PullRequestMemory, RunProgress } from '../../schemas/pullRequest.ts';
import type { Review } from '../../schemas/review.ts';

// GitHub keeps deliveries for three days, and a busy pull request gets a few dozen in that time.
const mostDeliveries = 300;
const mostOutsideFailures = 20;

/** What somebody wants beyond the usual run of the head: named stages afresh, or another environment. */
export type Wish = { fresh?: string[]; environment?: string };

/** What is known about one pull request and what is to be done next. Pure rules; no clock, no Temporal. */
export class PullRequestBook {
  #deliveries: string[];
  handled: PullRequestMemory['handled'];
  review: Review | undefined;
  approvals: ApprovalOutcome[];
  outsideFailures: OutsideFailure[];
  deployment: DeploymentStatus;
  runs: number;
  /** As GitHub told it last. */
  head: PullRequest | undefined;
  /** True when something was heard that asks for another look. */
  stale = true;
  wish: Wish | undefined;
  readonly commands: CommandGiven[] = [];

  constructor(memory?: PullRequestMemory) {
    this.#deliveries = memory?.deliveries ?? [];
    this.handled = memory?.handled;
    this.review = memory?.review;
    this.approvals = memory?.approvals ?? [];
    this.outsideFailures = memory?.outsideFailures ?? [];
    this.deployment = memory?.deployment ?? 'none';
    this.runs = memory?.runs ?? 0;
  }

  /** False when the delivery was taken before. */
  takes(delivery: string): boolean {
    if (this.#deliveries.includes(delivery)) return false;
    this.#deliveries = [...this.#deliveries, delivery].slice(-mostDeliveries);
    return true;
  }

  changed(delivery: string): void {
    if (this.takes(delivery)) this.stale = true;
  }

  failedOutside(failure: OutsideFailure): void {
    if (!this.takes(failure.delivery)) return;
    this.outsideFailures = [...this.outsideFailures, failure].slice(-mostOutsideFailures);
    this.stale = true;
  }

  asked(given: CommandGiven): void {
    if (this.takes(given.delivery)) this.commands.push(given);
  }

  progressed({ commit, deployment, decisions }: RunProgress): void {
    if (commit !== this.head?.head.sha) return;
    this.deployment = deployment;
    this.approvals = decisions.filter(({ granted }) => granted);
  }

  see(now: PullRequest): PullRequest {
    if (now.head.sha !== this.head?.head.sha) this.deployment = 'none';
    this.head = now;
    this.stale = false;
    return now;
  }

  /** Notes how the head's run ended. One that was superseded leaves no mark: what took its place decides anew. */
  ended(status: string): void {
    if (this.head) this.handled = { commit: this.head.head.sha, base: this.head.base.ref, draft: this.head.draft, status };
  }

  /** True when the head, as it is now, has not been worked on, or is to be worked on again. */
  wants(drafts: 'wait' | 'run'): boolean {
    if (!this.head?.open) return false;
    if (this.wish) return true;
    if (this.head.draft && drafts === 'wait') return false;
    const { handled, head } = this;
    // What ran as a draft was not deployed.
    if (handled?.draft && !head.draft) return true;
    return handled?.commit !== head.head.sha || handled.base !== head.base.ref;
  }

  /** True when what is being worked on is no longer what GitHub shows. */
  isSupersededBy(now: PullRequest): boolean {
    const { head } = this;
    return !now.open || now.head.sha !== head?.head.sha || now.base.ref !== head.base.ref || (now.draft && !head.draft);
  }

  /** Failures of GitHub's own workflows on the head. */
  failuresOutside(): OutsideFailure[] {
    return this.outsideFailures.filter(({ commit }) => commit === this.head?.head.sha);
  }

  get memory(): PullRequestMemory {
    const { handled, review, approvals, outsideFailures, deployment, runs } = this;
    return { deliveries: this.#deliveries, handled, review, approvals, outsideFailures, deployment, runs };
  }
}

/** Why a person may not steer runs; undefined: they may. Decisions are judged by the approval itself. */
export function mayNotSteer({ association, by, command }: CommandGiven): string | undefined {
  if (command.verb === 'approve' || command.verb === 'reject' || command.verb === 'status') return undefined;
  if (steeringAssociations.includes(association)) return undefined;
  return `${by} may not do that: only people with write access to the repository may ${command.verb}`;
}
