import type { Client } from '@temporalio/client';
import { isTrusted } from '../../../repository/trusted.ts';
import { cloneUrlOf } from '../../../schemas/starts.ts';
import { tellPullRequest } from '../../deployPullRequest.ts';
import { startPushRun } from '../../pushRun.ts';
import { askEngine } from '../engineAnswer.ts';
import type { Action } from './actions.ts';
import { rerunCheck, rerunCommit, type RerunOutcome } from './rerun.ts';

/** What became of an action. `repeated`: was done before; `over`: the pull request is closed; `refused`: the run would not, with its reason. */
export type Outcome = RerunOutcome & { kind: Action['kind'] };

export type RelayDeps = {
  client: Client;
  /** Where git reads, with `{owner}` and `{repo}`. */
  cloneUrl: string;
  /** Globs of `owner/name` whose own branches may run with trust. */
  trusted: readonly string[];
};

/** Carries actions out, each once however often it is asked for; answers when Temporal has durably taken it. `EngineUnavailable` when it has not. */
export function createRelay({ client, cloneUrl, trusted }: RelayDeps): (action: Action) => Promise<Outcome> {
  const outcomeOf = async (action: Action): Promise<RerunOutcome> => {
    switch (action.kind) {
      case 'ignored':
        return { outcome: 'ignored', reason: action.reason };
      case 'startPush':
        return await startPushRun(client, {
          ...action.push,
          repository: cloneUrlOf(cloneUrl, action.push),
          trusted: isTrusted(trusted, action.push),
        });
      case 'tellPullRequest':
        return await tellPullRequest(client, action);
      case 'rerunCheck':
        return await rerunCheck(client, action);
      case 'rerunCommit':
        return await rerunCommit(client, action);
    }
  };
  return async (action) => ({ kind: action.kind, ...(await askEngine(client, () => outcomeOf(action))) });
}
