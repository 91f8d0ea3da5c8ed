import { type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import type { z } from 'zod';
import { AgentTaskRequest } from '../schemas/agentTask.ts';
import { BuildFeatureRequest, PlanFeatureRequest } from '../schemas/buildFeature.ts';
import { DebugFailureRequest } from '../schemas/debugFailure.ts';
import { failure } from '../schemas/failures.ts';
import { inputProblems } from '../schemas/inputProblems.ts';
import { ResourceLockRequest } from '../schemas/locks.ts';
import { PipelineRequest } from '../schemas/pipelineRequest.ts';
import { DeployPullRequestRequest } from '../schemas/pullRequest.ts';
import { ReconcileWebhooksRequest } from '../schemas/reconcile.ts';
import { SolveTaskRequest } from '../schemas/solveTask.ts';

const inputs: Record<string, z.ZodType> = {
  buildFeature: BuildFeatureRequest,
  debugFailure: DebugFailureRequest,
  deployPullRequest: DeployPullRequestRequest,
  planFeature: PlanFeatureRequest,
  reconcileWebhooks: ReconcileWebhooksRequest,
  resourceLock: ResourceLockRequest,
  runAgentTask: AgentTaskRequest,
  runPipeline: PipelineRequest,
  solveTask: SolveTaskRequest,
};

/**
 * Parses a flow's input by its schema before the flow's first line, so that a start by anybody, with plain JSON, either runs with
 * every default filled in or fails at once with `InvalidInput`, the field and the fix.
 */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        async execute(input, next) {
          const schema = inputs[workflowInfo().workflowType];
          return schema ? await next({ ...input, args: [parsed(schema, input.args)] }) : await next(input);
        },
      },
    ],
  };
}

function parsed(schema: z.ZodType, args: unknown[]): unknown {
  if (args.length !== 1) throw failure('InvalidInput', `expected one input object, got ${args.length} arguments`);
  const result = schema.safeParse(args[0]);
  if (result.success) return result.data;
  const problems = inputProblems(schema, result.error);
  throw failure('InvalidInput', problems.join('; '), { problems });
}
