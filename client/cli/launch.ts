import type { taskQueues } from '../../schemas/names.ts';
import { observeRun } from '../observe.ts';
import { isServed } from '../served.ts';
import type { Joined } from '../startOrJoin.ts';
import type { Cli, Session } from './context.ts';
import { type Foreground, stayWith, tell } from './foreground.ts';

type Launch = Pick<Foreground, 'json' | 'onInterrupt' | 'agree'> & {
  cli: Cli;
  session: Session;
  started: Joined;
  detach: boolean;
  /** The agents that the run needs; default: a pipeline's. */
  needed?: readonly (keyof typeof taskQueues)[];
};

/** Stays with a run that was just started, or with `--detach` says how to find it again; answers the exit code. */
export async function launch({ cli, session, started, detach, needed, json, onInterrupt, agree }: Launch): Promise<number> {
  if (detach) {
    const { view } = await observeRun(session.client, started);
    if (json) await tell(cli, session, view, true);
    else cli.terminal.print(`${started.workflowId}\nwatch it: mainstay watch ${view.shortId}`);
    if (!view.answered) cli.terminal.note('no worker serves it yet: it goes on as soon as `mainstay up` or `mainstay worker` runs');
    return 0;
  }
  if (session.embedded && !(await isServed(session.client, needed))) await session.serve();
  return await stayWith({ cli, session, run: started, json, onInterrupt, mayServe: session.embedded, agree });
}
