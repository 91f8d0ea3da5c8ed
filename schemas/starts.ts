import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { defineSearchAttributeKey, type SearchAttributePair, TypedSearchAttributes } from '@temporalio/common';
import type { GitHubRepository } from './github.ts';
import { deployPullRequestId, pushRunId, repositorySlug, searchAttributes, taskQueues } from './names.ts';
import type { PipelineRequest, PipelineRequestInput } from './pipelineRequest.ts';
import type { CommandGiven, OutsideFailure, PullRequestChanged } from './pullRequest.ts';

/** What a pull request's entity can be told; `signal` is the wire name of workflows/messages.ts. */
export type PullRequestMessage =
  | { signal: 'pullRequestChanged'; value: PullRequestChanged }
  | { signal: 'commandGiven'; value: CommandGiven }
  | { signal: 'outsideFailure'; value: OutsideFailure };

export type PullRequestPlace = GitHubRepository & { number: number };

/** What is known of a push to a branch. */
export type Push = GitHubRepository & {
  /** Where git reads the repository: from the configuration, never from a payload. */
  repository: string;
  branch: string;
  commit: string;
  /** Where the branch stood before, when the change is to be compared with that. */
  base?: string;
  /** When GitHub took the push: tells two pushes of the same commit to the same branch apart. */
  pushedAt?: string | number;
  /** The delivery that told of it, or another word for the cause. */
  delivery: string;
  /** `github:<login>` of everybody who had a hand in it. */
  authors: string[];
  requestedBy?: string;
  /** The operators vouch for the repository's code. */
  trusted?: boolean;
};

/** Git's address of a repository by the template of the configuration. */
export function cloneUrlOf(template: string, { owner, repo }: GitHubRepository): string {
  return template.replaceAll('{owner}', owner).replaceAll('{repo}', repo);
}

/**
 * How a pull request's entity is told something, and started where it does not live: `client.workflow.signalWithStart(workflowType, options)`.
 * Once it has completed, only `reopened` starts it again; else the call ends with `WorkflowExecutionAlreadyStarted`: a late or repeated delivery.
 */
export function pullRequestStart({
  place: { owner, repo, number },
  message,
  reopened = false,
}: {
  place: PullRequestPlace;
  message: PullRequestMessage;
  reopened?: boolean;
}) {
  const correlation = message.value.delivery;
  return {
    workflowType: 'deployPullRequest',
    options: {
      workflowId: deployPullRequestId({ owner, repo, number }),
      taskQueue: taskQueues.orchestration,
      args: [{ owner, repo, number, correlation }],
      signal: message.signal,
      signalArgs: [message.value],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: reopened ? 'ALLOW_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
      typedSearchAttributes: attributes({ repo: `${owner}/${repo}`, phase: 'looking', correlation }),
      staticSummary: `${owner}/${repo}#${number}`,
    },
  } as const;
}

/**
 * How the run for a push is started: `client.workflow.start(workflowType, options)`. However often a push is told, by however many hooks, it
 * is one run: a second start ends with `WorkflowExecutionAlreadyStarted`, for as long as the namespace keeps the first (7 days or more).
 */
export function pushStart({ owner, repo, repository, branch, commit, base, pushedAt, delivery, authors, requestedBy, trusted }: Push) {
  const request: PipelineRequestInput = {
    repository,
    ref: branch,
    branch,
    commit,
    base,
    event: 'push',
    github: { owner, repo },
    authors,
    requestedBy,
    trusted,
    correlation: delivery,
  };
  const act = shortHash(['refs/heads', branch, commit, String(pushedAt ?? delivery)].join('\n'));
  return runStart({ request, commit, act });
}

/** How a run that has ended is done again because of a delivery; `fresh` names the stages whose results must not be reused. */
export function pushRerunStart({ request, commit, fresh, delivery, requestedBy }: PushRerun) {
  // An agreement given for the first run is not one for this.
  const again: PipelineRequestInput = { ...request, commit, fresh, requestedBy, approvedBy: undefined, correlation: delivery };
  return runStart({ request: again, commit, act: delivery });
}

export type PushRerun = { request: PipelineRequest; commit: string; fresh: string[]; delivery: string; requestedBy: string };

function runStart({ request, commit, act }: { request: PipelineRequestInput; commit: string; act: string }) {
  const { repository, ref = 'HEAD', requestedBy, correlation } = request;
  const slug = request.github ? `${request.github.owner}/${request.github.repo}` : repositorySlug(repository);
  return {
    workflowType: 'runPipeline',
    options: {
      workflowId: pushRunId(slug, commit, act),
      taskQueue: taskQueues.orchestration,
      args: [request],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      typedSearchAttributes: attributes({ repo: slug, commit, phase: 'running', correlation }),
      memo: { repository, ref, requestedBy: requestedBy ?? null },
      staticSummary: `${slug} ${ref} @ ${commit.slice(0, 7)}`,
    },
  } as const;
}

function attributes(values: Partial<Record<keyof typeof searchAttributes, string>>): TypedSearchAttributes {
  const pairs: SearchAttributePair[] = [];
  for (const [name, value] of Object.entries(values)) {
    const key = defineSearchAttributeKey(searchAttributes[name as keyof typeof searchAttributes], 'KEYWORD');
    if (value !== undefined) pairs.push({ key, value });
  }
  return new TypedSearchAttributes(pairs);
}

function shortHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, 12);
}
