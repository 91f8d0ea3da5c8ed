import { describe, expect, it } from 'vitest';
import { answerText } from '../../../activities/report/github/answer.ts';
import { markerLine } from '../../../activities/report/github/marker.ts';
import { type Action, actionsOf } from '../../../client/gateway/github/actions.ts';
import {
  checkPayload,
  commentPayload,
  githubExamples,
  person,
  pullRequestPayload,
  pushPayload,
  reviewPayload,
  sha,
  suitePayload,
  workflowPayload,
} from '../../support/githubPayloads.ts';
import { expectFailure } from '../../support/failures.ts';

const delivery = 'delivery-1';
const review = { state: 'changes_requested', body: `${markerLine('review', { key: 'review/1' })}\n### Review: changes are needed` };
const ownReview = { review: { ...review, commit_id: sha('c'), author_association: 'OWNER', user: person('mainstay-machine') } };
const of = (event: string, payload: unknown) => actionsOf({ event, payload, delivery });
const place = { owner: 'acme', repo: 'shop', number: 5 };
const runId = '11111111-2222-4333-8444-555555555555';
const pushCheck = `run-pipeline/acme/shop/bbbbbbbbbbbb/push-1/${runId}/lint`;
const pullCheck = `run-pipeline/acme/shop/bbbbbbbbbbbb/${runId}/lint`;
const short = (action: Action) =>
  action.kind === 'ignored' ? action.reason : action.kind === 'tellPullRequest' ? action.message.signal : action.kind;

describe('the examples of GitHub', () => {
  it('ask for what they should, by event and action', () => {
    const table: Record<string, number> = {};
    for (const { event, action, payload } of githubExamples()) {
      const answer = of(event, payload).map(short).join('+');
      const line = answer === 'event' ? 'other events' : `${event}.${action} → ${answer}`;
      table[line] = (table[line] ?? 0) + 1;
    }
    expect(table).toMatchInlineSnapshot(`
      {
        "check_run.completed → action": 3,
        "check_run.created → action": 3,
        "check_run.requested_action → action": 1,
        "check_run.rerequested → notOurs": 2,
        "check_suite.completed → action": 4,
        "check_suite.requested → action": 3,
        "check_suite.rerequested → bot": 2,
        "issue_comment.created → notAPullRequest": 5,
        "issue_comment.deleted → action": 2,
        "issue_comment.edited → action": 2,
        "other events": 253,
        "ping. → ping": 4,
        "pull_request.assigned → action": 2,
        "pull_request.closed → pullRequestChanged": 2,
        "pull_request.converted_to_draft → pullRequestChanged": 3,
        "pull_request.labeled → action": 2,
        "pull_request.locked → action": 2,
        "pull_request.opened → pullRequestChanged": 4,
        "pull_request.ready_for_review → pullRequestChanged": 3,
        "pull_request.reopened → pullRequestChanged": 2,
        "pull_request.review_request_removed → action": 1,
        "pull_request.review_requested → action": 1,
        "pull_request.synchronize → pullRequestChanged": 1,
        "pull_request.unassigned → action": 2,
        "pull_request.unlabeled → action": 2,
        "pull_request.unlocked → action": 2,
        "pull_request_review.dismissed → action": 1,
        "pull_request_review.submitted → noVerdict": 3,
        "push. → notABranch": 5,
        "push. → startPush": 2,
        "workflow_run.completed → notFailed": 3,
        "workflow_run.requested → action": 2,
      }
    `);
  });
});

describe('a push', () => {
  it('to a branch starts a run, with everybody who had a hand in it as authors', () => {
    expect(of('push', pushPayload())).toEqual([
      {
        kind: 'startPush',
        push: {
          owner: 'acme',
          repo: 'shop',
          branch: 'main',
          commit: sha('b'),
          base: sha('a'),
          pushedAt: 1_700_000_000,
          delivery,
          authors: ['github:ada', 'github:grace', 'github:web-flow'],
          requestedBy: 'github:ada',
        },
      },
    ]);
  });

  it.each([
    ['a new branch', { created: true, before: sha('0') }],
    ['a forced one', { forced: true }],
  ])('is compared with where it stood before only where the branch grew: %s', (_, change) => {
    expect(of('push', pushPayload(change))).toMatchObject([{ kind: 'startPush', push: { base: undefined } }]);
  });

  it.each([
    ['a tag', { ref: 'refs/tags/v1' }, 'notABranch'],
    ['notes', { ref: 'refs/notes/commits' }, 'notABranch'],
    ['a deleted branch', { deleted: true, after: sha('0') }, 'deleted'],
    ['zeros', { after: sha('0') }, 'deleted'],
  ])('of %s starts nothing', (_, change, reason) => {
    expect(of('push', pushPayload(change))).toEqual([{ kind: 'ignored', reason }]);
  });
});

describe('a pull request', () => {
  it.each([
    ['opened', 'unlessOver'],
    ['synchronize', 'unlessOver'],
    ['ready_for_review', 'unlessOver'],
    ['converted_to_draft', 'unlessOver'],
    ['reopened', 'reopened'],
    ['closed', 'never'],
  ])('that is %s is told to its entity (start: %s)', (action, start) => {
    const message = { signal: 'pullRequestChanged', value: { delivery, event: action } };
    expect(of('pull_request', pullRequestPayload(action))).toEqual([{ kind: 'tellPullRequest', place, message, start }]);
  });

  it('that is edited matters when its base changed', () => {
    expect(of('pull_request', pullRequestPayload('edited', { changes: { title: { from: 'x' } } }))).toEqual([
      { kind: 'ignored', reason: 'action' },
    ]);
    expect(of('pull_request', pullRequestPayload('edited', { changes: { base: { ref: { from: 'x' } } } })).map(short)).toEqual([
      'pullRequestChanged',
    ]);
  });

  it('that fails a workflow of GitHub hears of it; on a plain branch nobody does', () => {
    const value = { delivery, commit: sha('b'), name: 'CI', url: 'https://github.com/acme/shop/actions/runs/1' };
    const told = { kind: 'tellPullRequest', place, message: { signal: 'outsideFailure', value }, start: 'unlessOver' };
    expect(of('workflow_run', workflowPayload('failure', [5, 101]))).toEqual([told]);
    expect(of('workflow_run', workflowPayload('timed_out', [5]))).toEqual([told]);
    expect(of('workflow_run', workflowPayload('failure'))).toEqual([{ kind: 'ignored', reason: 'noPullRequest' }]);
    expect(of('workflow_run', workflowPayload('success', [5]))).toEqual([{ kind: 'ignored', reason: 'notFailed' }]);
  });
});

describe('a command', () => {
  it('comes by comment, with who says it and how they stand to the repository', () => {
    const value = { delivery, command: { verb: 'deploy', argument: 'staging' }, by: 'ada', association: 'MEMBER', comment: 99 };
    expect(of('issue_comment', commentPayload('/mainstay deploy staging'))).toMatchObject([
      { place, message: { signal: 'commandGiven', value } },
    ]);
  });

  it.each([
    ['approved', { verb: 'approve' }],
    ['CHANGES_REQUESTED', { verb: 'reject' }],
  ])('comes by review, for the commit that was looked at: %s', (state, command) => {
    const value = { delivery, command, by: 'ada', association: 'OWNER', commit: sha('c') };
    expect(of('pull_request_review', reviewPayload(state))).toMatchObject([{ place, message: { signal: 'commandGiven', value } }]);
  });

  it('comes by "Re-run" of a check or of all checks, from people who may write', () => {
    const value = { delivery, by: 'ada', association: 'COLLABORATOR', commit: sha('b') };
    expect(of('check_run', checkPayload(pullCheck, [5, 101]))).toMatchObject([
      { place, message: { signal: 'commandGiven', value: { ...value, command: { verb: 'rerun', argument: 'lint' } } } },
    ]);
    expect(of('check_suite', suitePayload([5]))).toMatchObject([{ place, message: { value: { ...value, command: { verb: 'rerun' } } } }]);
  });

  it.each<[string, string, unknown, string]>([
    ['a plain comment', 'issue_comment', commentPayload('thanks'), 'notACommand'],
    ['an unknown verb', 'issue_comment', commentPayload('/mainstay explode'), 'unknownCommand'],
    ['a comment on an issue', 'issue_comment', commentPayload('/mainstay approve', { issue: { number: 5 } }), 'notAPullRequest'],
    ['a changed comment', 'issue_comment', commentPayload('/mainstay approve', { action: 'edited' }), 'action'],
    ['a bot', 'issue_comment', commentPayload('/mainstay approve', { sender: person('mainstay[bot]', 'Bot') }), 'bot'],
    ['a bot that reviews', 'pull_request_review', reviewPayload('approved', { sender: person('x[bot]', 'Bot') }), 'bot'],
    ['a bot that asks for a check', 'check_run', checkPayload(pullCheck, [5], { sender: person('x[bot]', 'Bot') }), 'bot'],
    ['our own answer', 'issue_comment', commentPayload(answerText('Nothing runs.', 'answer/1')), 'own'],
    ['our own review that holds a deploy', 'pull_request_review', reviewPayload('changes_requested', ownReview), 'own'],
    ['a review without a verdict', 'pull_request_review', reviewPayload('commented'), 'noVerdict'],
    ['a check of somebody else', 'check_run', checkPayload('their-own-id', [5]), 'notOurs'],
    ['a check of a foreign name', 'check_run', checkPayload(`resource-lock/env:production/${runId}/x`, [5]), 'notOurs'],
  ])('does not come from %s', (_, event, payload, reason) => {
    expect(of(event, payload)).toEqual([{ kind: 'ignored', reason }]);
  });
});

describe('a check of a push run', () => {
  it('is done again on that run, also where its commit is the head of a pull request', () => {
    const check = { workflowId: 'run-pipeline/acme/shop/bbbbbbbbbbbb/push-1', runId, stage: 'lint' };
    const again = [{ kind: 'rerunCheck', check, place: { owner: 'acme', repo: 'shop' }, delivery, by: 'ada' }];
    expect(of('check_run', checkPayload(pushCheck))).toEqual(again);
    expect(of('check_run', checkPayload(pushCheck, [5]))).toEqual(again);
    expect(of('check_suite', suitePayload())).toMatchObject([{ kind: 'rerunCommit', commit: sha('b') }]);
  });
});

describe('a payload that is not as GitHub documents it', () => {
  const owner = (full_name: string) => pushPayload({ repository: { id: 1, full_name } });
  it.each<[string, string, unknown, string]>([
    ['nothing', 'push', undefined, 'payload'],
    ['a list', 'pull_request', [], 'payload'],
    ['no commit', 'push', pushPayload({ after: '--upload-pack=x' }), 'after'],
    ['a path for a repository', 'push', owner('acme/../../etc'), 'repository.full_name.repo'],
    ['an owner with a slash', 'push', owner('-acme/shop'), 'repository.full_name.owner'],
    ['no repository', 'push', owner('acme'), 'repository.full_name.repo'],
    ['a number that is none', 'pull_request', pullRequestPayload('opened', { number: '5' }), 'number'],
    [
      'a link that is a script',
      'workflow_run',
      { ...workflowPayload('failure'), workflow_run: { ...workflowPayload('failure').workflow_run, html_url: 'javascript:x' } },
      'workflow_run.html_url',
    ],
  ])('is refused with its field: %s', async (_, event, payload, field) => {
    await expectFailure((async () => of(event, payload))(), 'InvalidInput', `${field}: `);
  });
});
