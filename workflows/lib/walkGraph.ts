import { CancellationScope, condition, isCancellation, setHandler } from '@temporalio/workflow';
import { failure } from '../../schemas/failures.ts';
import { nearest } from '../../schemas/nearest.ts';
import { rerunFromUpdate } from '../messages.ts';
import { runStage } from './stage.ts';
import type { StageContext } from './stageTask.ts';

/** Runs every stage when its turn has come, side by side where the graph allows, until all have ended. Takes `rerunFrom` meanwhile. */
export async function walkGraph(context: StageContext, control: { readonly paused: boolean }): Promise<void> {
  const { graph, state, fresh } = context;
  const live = new Map<string, { scope: CancellationScope; ended: Promise<void> }>();
  const restarts = { open: 0 };

  const launch = (id: string, stage = stageOf(context, id)) => {
    // Leaves `pending` at once, so that the next look at the graph does not start it again.
    graph.change(id, { status: 'running' });
    const scope = new CancellationScope();
    const ended = scope
      .run(() => runStage(context, stage))
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
        graph.change(id, {
          status: 'cancelled',
          reason: graph.record(id).reason ?? 'the run was cancelled',
          endedAt: new Date().toISOString(),
        });
      })
      .finally(() => live.delete(id));
    live.set(id, { scope, ended });
  };

  setHandler(
    rerunFromUpdate,
    async ({ stage }) => {
      restarts.open += 1;
      try {
        const again = graph.from(stage).map(({ id }) => id);
        for (const id of again) fresh.add(id);
        const running = again.flatMap((id) => live.get(id) ?? []);
        for (const { scope } of running) scope.cancel();
        await Promise.all(running.map(({ ended }) => ended));
        graph.reset(again);
        state.checkpoint(`rerun from ${stage}`);
        return { stages: again };
      } finally {
        restarts.open -= 1;
      }
    },
    {
      validator({ stage }: { stage: string }) {
        if (graph.finished) throw failure('DecisionRefused', 'the run has ended; start it again with `mainstay rerun ID --from STAGE`');
        if (graph.from(stage).length === 0)
          throw failure(
            'DecisionRefused',
            `no stage ${stage}${nearest(
              stage,
              graph.records.map(({ id }) => id),
            )}`,
          );
      },
    },
  );

  try {
    while (!graph.finished || restarts.open > 0) {
      const seen = graph.revision;
      if (restarts.open === 0) {
        giveUp(context, live);
        if (!control.paused) for (const { id } of graph.ready()) launch(id);
      }
      const mayGoOn = () => graph.revision !== seen || (!control.paused && restarts.open === 0 && graph.ready().length > 0);
      await condition(mayGoOn);
    }
  } finally {
    // Also when the run was cancelled: what runs is over only when its processes and its undo are.
    await Promise.all([...live.values()].map(({ ended }) => ended));
  }
}

/** Marks what can never start, and breaks off what no longer matters. */
function giveUp({ graph }: StageContext, live: ReadonlyMap<string, { scope: CancellationScope }>): void {
  for (const { id, reason } of graph.unreachable()) graph.change(id, { status: 'skipped', reason, endedAt: new Date().toISOString() });
  for (const { id, reason } of graph.pointless()) {
    const scope = live.get(id)?.scope;
    if (!scope || scope.consideredCancelled) continue;
    graph.change(id, { reason });
    scope.cancel();
  }
}

function stageOf({ graph }: StageContext, id: string) {
  const stage = graph.stages.find((candidate) => candidate.id === id);
  if (!stage) throw failure('InvalidInput', `no stage ${id}`);
  return stage;
}
