import { type WorkflowInterceptors, workflowInfo } from '@temporalio/workflow';
import type { z } from 'zod';
import { failure } from '../schemas/failures.ts';
import { inputProblems } from '../schemas/inputProblems.ts';

// A run evaluates the schemas of its own input alone: all of them would be the larger part of what a start costs (decision 7).
const inputs: Record<string, () => Promise<z.ZodType>> = {
  buildFeature: async () => (await import(/* webpackMode: "eager" */ '../schemas/buildFeature.ts')).BuildFeatureRequest,
  debugFailure: async () => (await import(/* webpackMode: "eager" */ '../schemas/debugFailure.ts')).DebugFailureRequest,
  deployPullRequest: async () => (await import(/* webpackMode: "eager" */ '../schemas/pullRequest.ts')).DeployPullRequestRequest,
  planFeature: async () => (await import(/* webpackMode: "eager" */ '../schemas/buildFeature.ts')).PlanFeatureRequest,
  reconcileWebhooks: async () => (await import(/* webpackMode: "eager" */ '../schemas/reconcile.ts')).ReconcileWebhooksRequest,
  resourceLock: async () => (await import(/* webpackMode: "eager" */ '../schemas/locks.ts')).ResourceLockRequest,
  runAgentTask: async () => (await import(/* webpackMode: "eager" */ '../schemas/agentTask.ts')).AgentTaskRequest,
  runPipeline: async () => (await import(/* webpackMode: "eager" */ '../schemas/pipelineRequest.ts')).PipelineRequest,
  solveTask: async () => (await import(/* webpackMode: "eager" */ '../schemas/solveTask.ts')).SolveTaskRequest,
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
          const schema = await inputs[workflowInfo().workflowType]?.();
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
