import type { Client, WorkflowExecutionInfo } from '@temporalio/client';
import { z } from 'zod';
import { searchAttributes } from '../schemas/names.ts';
import type { RunStatus, RunSummary } from './view.ts';

/** Workflow types that are runs of a flow (not entities such as locks). */
const flows = ['runPipeline', 'buildFeature', 'planFeature', 'runAgentTask'] as const;

/** True for workflow types that are runs of a flow. */
export function isFlow(type: string): boolean {
  return (flows as readonly string[]).includes(type);
}

export type RunFilter = {
  /** Only runs that wait for a person. */
  awaiting?: boolean;
  status?: RunStatus;
  /** `owner/name` or the local slug. */
  repository?: string;
  /** At most that many, newest first. */
  limit: number;
};

/** Runs as visibility knows them, newest first. */
export async function listRuns(client: Client, { awaiting, status, repository, limit }: RunFilter): Promise<RunSummary[]> {
  const query = [
    `WorkflowType IN (${flows.map((flow) => `'${flow}'`).join(', ')})`,
    ...(awaiting ? [`${searchAttributes.awaiting} IS NOT NULL`, `ExecutionStatus = 'Running'`] : []),
    ...(repository ? [`${searchAttributes.repo} = '${repository.replaceAll("'", "''")}'`] : []),
    ...(status === 'running' || status === 'waiting' ? [`ExecutionStatus = 'Running'`] : []),
  ].join(' AND ');
  const runs: RunSummary[] = [];
  for await (const execution of client.workflow.list({ query, pageSize: Math.min(limit, 200) })) {
    const run = summaryOf(execution);
    if (status !== undefined && run.status !== status) continue;
    runs.push(run);
    if (runs.length >= limit) break;
  }
  return runs.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
}

const Attribute = z.array(z.string()).catch([]);
const Memo = z.looseObject({ repository: z.string().optional(), ref: z.string().optional() }).catch({});

/** Visibility's answer about one execution, in our words. */
export function summaryOf(execution: Omit<WorkflowExecutionInfo, 'raw'>): RunSummary {
  const attribute = (name: string): string[] => Attribute.parse(execution.searchAttributes[name]);
  const phase = attribute(searchAttributes.phase)[0] ?? '';
  const awaiting = attribute(searchAttributes.awaiting).flatMap((ids) => ids.split(' '));
  return {
    workflowId: execution.workflowId,
    runId: execution.runId,
    shortId: shortId(execution.workflowId),
    flow: execution.type,
    status: statusOf(execution.status.name, phase, awaiting),
    phase,
    repository: attribute(searchAttributes.repo)[0] ?? Memo.parse(execution.memo ?? {}).repository ?? '',
    commit: attribute(searchAttributes.commit)[0],
    awaiting: execution.status.name === 'RUNNING' ? awaiting : [],
    startedAt: execution.startTime.toISOString(),
    endedAt: execution.closeTime?.toISOString(),
  };
}

function statusOf(name: WorkflowExecutionInfo['status']['name'], phase: string, awaiting: readonly string[]): RunStatus {
  if (name === 'RUNNING' || name === 'PAUSED' || name === 'CONTINUED_AS_NEW') return awaiting.length > 0 ? 'waiting' : 'running';
  if (name === 'CANCELLED') return 'cancelled';
  if (name !== 'COMPLETED') return 'failed';
  return phase === 'passed' || phase === 'cancelled' ? phase : 'failed';
}

/** The commit in a workflow id, seven characters of it: enough for people who have a handful of runs. */
function shortId(workflowId: string): string {
  const parts = workflowId.split('/');
  const last = parts.findLast((part) => !/^(?:push|pull)-/.test(part)) ?? workflowId;
  return /^[0-9a-f]{8,}$/.test(last) ? last.slice(0, 7) : last;
}
