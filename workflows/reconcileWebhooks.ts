import { isCancellation, workflowInfo } from '@temporalio/workflow';
import ms, { type StringValue } from 'ms';
import { failureMessage } from '../schemas/failures.ts';
import { ReconcileResult, type ReconcileWebhooksRequest } from '../schemas/reconcile.ts';
import { agentActivities } from './lib/agents.ts';

/** Finds what was lost on its way here: deliveries that failed are asked for again, and heads that nothing ran for are run. Started by a schedule. */
export async function reconcileWebhooks(request: ReconcileWebhooksRequest): Promise<ReconcileResult> {
  const { github, control } = agentActivities(request, { timeout: '10 minutes', attempts: 5 });
  const startedAt = workflowInfo().startTime;
  const after = afterLast(workflowInfo().lastResult) ?? new Date(startedAt.getTime() - ms(request.lookBack as StringValue)).toISOString();

  const { redelivered, failed } = await github.redeliverFailed({ after });
  const result: ReconcileResult = { until: startedAt.toISOString(), failed, redelivered, heads: 0, started: [], problems: [] };
  for (const head of await github.listHeads()) {
    // What nobody touched since the last look was looked at then; what is older than the first look is nobody's loss.
    if (head.kind === 'pull_request' && Date.parse(head.updatedAt) < Date.parse(after)) continue;
    result.heads += 1;
    try {
      const { started, workflowId } = await control.ensureRun(head);
      if (started) result.started.push(workflowId);
    } catch (error) {
      if (isCancellation(error)) throw error;
      // One repository that cannot be read must not hide the others.
      result.problems.push(`${head.owner}/${head.repo}: ${failureMessage(error)}`);
    }
  }
  return result;
}

// Looks a little further back than the last look, so that what was on its way then is not missed.
const overlap = ms('10 minutes');

function afterLast(lastResult: unknown): string | undefined {
  const last = ReconcileResult.safeParse(lastResult);
  return last.success ? new Date(Date.parse(last.data.until) - overlap).toISOString() : undefined;
}
