import { describe, expect, it } from 'vitest';
import { recoveryOf, revisionBefore, type Revision } from '../../../activities/deploy/helm/revisions.ts';
import { crashOf, type Pod } from '../../../activities/deploy/kubernetes/pods.ts';
import { rolloutOf, selectorText, type Workload } from '../../../activities/deploy/kubernetes/workload.ts';

type Change = { spec?: Partial<Workload['spec']>; status?: Partial<Workload['status']>; generation?: number };

function workload({ spec, status, generation = 2 }: Change): Workload {
  const none = {
    replicas: 0,
    updatedReplicas: 0,
    availableReplicas: 0,
    readyReplicas: 0,
    desiredNumberScheduled: 0,
    updatedNumberScheduled: 0,
    numberAvailable: 0,
  };
  return {
    metadata: { uid: 'u', generation, annotations: {} },
    spec: { replicas: 2, selector: {}, ...spec },
    status: { observedGeneration: 2, conditions: [], ...none, ...status },
  };
}
const all = { replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

describe('a rollout', () => {
  it.each([
    ['done', 'Deployment', 'all pods are new and available', { status: all }, '2 of 2 pods are available'],
    ['done', 'Deployment', 'no pods are wanted', { spec: { replicas: 0 } }, '0 of 0'],
    ['going', 'Deployment', 'its controller lags behind', { generation: 3, status: all }, 'has not seen'],
    ['going', 'Deployment', 'old pods are there', { status: { ...all, replicas: 3 } }, '1 old pods'],
    ['going', 'Deployment', 'a pod is missing', { status: { ...all, availableReplicas: 1 } }, '1 of 2 pods are available'],
    ['going', 'Deployment', 'a pod is not updated', { status: { ...all, updatedReplicas: 1 } }, '1 of 2 pods are updated'],
    ['stuck', 'Deployment', 'it is paused', { spec: { replicas: 2, paused: true }, status: all }, 'paused'],
    [
      'stuck',
      'Deployment',
      'its deadline is over',
      { status: { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] } },
      'deadline',
    ],
    [
      'done',
      'StatefulSet',
      'a partition keeps the old pods',
      { spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } }, status: { ...all, updatedReplicas: 1 } },
      '',
    ],
    ['going', 'StatefulSet', 'a pod is not updated', { status: { ...all, updatedReplicas: 1 } }, '1 of 2'],
    [
      'done',
      'StatefulSet',
      'pods are updated by hand',
      { spec: { replicas: 2, updateStrategy: { type: 'OnDelete' } }, status: { ...all, updatedReplicas: 0 } },
      '',
    ],
    [
      'done',
      'DaemonSet',
      'every node has its pod',
      { status: { desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 } },
      '3 of 3',
    ],
    [
      'going',
      'DaemonSet',
      'a node has an old pod',
      { status: { desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 } },
      '2 of 3',
    ],
  ] as const)('is %s for a %s when %s', (state, kind, _, change, text) => {
    const { conditions = [], ...status } = { conditions: undefined, ...('status' in change ? change.status : {}) };
    const seen = rolloutOf(kind, workload({ ...change, status: { ...status, conditions: [...(conditions ?? [])] } }));
    expect(seen.state).toBe(state);
    expect(seen.text).toContain(text);
  });

  it('selects pods by labels and by expressions', () => {
    const matchExpressions = [
      { key: 'tier', operator: 'In', values: ['web', 'api'] },
      { key: 'canary', operator: 'DoesNotExist' },
    ];
    expect(selectorText({ matchLabels: { app: 'shop' }, matchExpressions })).toBe('app=shop,tier in (web,api),!canary');
  });
});

describe('a pod', () => {
  type Status = Pod['status']['containerStatuses'][number];
  const pod = (container: Partial<Status>, phase = 'Running', reason?: string): Pod => ({
    metadata: { name: 'shop-1', uid: 'u' },
    status: {
      phase,
      reason,
      initContainerStatuses: [],
      containerStatuses: [{ name: 'shop', restartCount: 0, state: {}, lastState: {}, ...container }],
    },
  });
  const ended = { terminated: { exitCode: 7, reason: 'Error' } };

  it.each([
    ['has not crashed while it runs', pod({}), 0, undefined],
    ['has not crashed when its restarts were there before', pod({ restartCount: 2, lastState: ended }), 2, undefined],
    ['has not crashed when its node put it out', pod({ state: ended }, 'Failed', 'Evicted'), 0, undefined],
    ['crashed when it ended', pod({ state: ended }), 0, 'container shop ended (exit code 7, Error)'],
    ['crashed when it was restarted', pod({ restartCount: 3, lastState: ended }), 2, 'exit code 7, Error) and was restarted'],
    [
      'crashed when it waits for its next try',
      pod({ restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: ended }),
      2,
      'was restarted',
    ],
    ['crashed when it failed without a word', pod({}, 'Failed'), 0, 'failed: no reason given'],
  ])('%s', (_, each, allowed, text) => {
    if (text === undefined) expect(crashOf(each, allowed)).toBeUndefined();
    else expect(crashOf(each, allowed)).toContain(text);
  });
});

describe('the revisions of a Helm release', () => {
  const revisions = (...texts: string[]): Revision[] =>
    texts.map((text, index) => ({ version: index + 1, status: text.split(' ')[0] ?? '', release: text.split(' ')[1] }));

  it.each([
    ['nothing is installed', revisions(), undefined],
    ['one is deployed', revisions('superseded a', 'deployed b'), undefined],
    ['an upgrade failed and the one before is deployed', revisions('deployed a', 'failed b'), undefined],
    ['an upgrade is pending', revisions('deployed a', 'pending-upgrade b'), { rollBackTo: 1 }],
    ['a rollback is pending', revisions('superseded a', 'deployed b', 'pending-rollback a'), { rollBackTo: 2 }],
    ['a first install is pending', revisions('pending-install a'), 'uninstall'],
    ['a first install failed', revisions('failed a'), 'uninstall'],
    ['none is deployed any more', revisions('superseded a', 'failed b'), { rollBackTo: 1 }],
  ])('are recovered when %s', (_, all, expected) => {
    expect(recoveryOf(all)).toEqual(expected);
  });

  it.each([
    ['the one of the release before', revisions('superseded a', 'superseded x', 'deployed b'), 'a', 1],
    ['the newest good one when that is gone', revisions('superseded x', 'failed y', 'deployed b'), 'a', 1],
    ['never one of its own', revisions('superseded a', 'superseded b', 'superseded a', 'deployed b'), 'a', 3],
    ['none when it was the first', revisions('deployed b'), undefined, undefined],
  ])('go back to %s', (_, all, wanted, version) => {
    expect(revisionBefore(all, 'b', wanted)?.version).toBe(version);
  });
});
