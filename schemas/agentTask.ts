import { z } from 'zod';
import { PlanFeatureRequest } from './buildFeature.ts';
import { AcceptanceTests, Evidence, Proof } from './debugFailure.ts';
import { Change, Mind, Usage } from './mind.ts';
import { BlobRef, CommitSha, Duration, IsolationChoice } from './nouns.ts';
import { DevelopRole, Todo, TodoList } from './todoList.ts';

/** Input of `runAgentTask`: one agent alone, as `POST /agent/{role}/task` starts it. */
export const AgentTaskRequest = PlanFeatureRequest.extend({
  role: DevelopRole,
  /** What is to be done; without it the request alone says so. */
  todo: Todo.optional(),
  /** The tester and the debugger look at this commit, compared with `ref`. */
  candidate: CommitSha.optional(),
  isolation: IsolationChoice.default('auto'),
  testTimeout: Duration.default('5 minutes'),
  commandTimeout: Duration.default('5 minutes'),
  steps: z.number().int().positive().max(10_000).default(50),
});
export type AgentTaskRequest = z.infer<typeof AgentTaskRequest>;

/** Result of `runAgentTask`: what the role made, and what it needed for that. */
export const AgentTaskResult = z.object({
  status: z.enum(['passed', 'failed']),
  role: DevelopRole,
  todoList: TodoList,
  mind: Mind,
  contract: BlobRef.optional(),
  tests: AcceptanceTests.optional(),
  change: Change.optional(),
  proof: Proof.optional(),
  evidence: Evidence.optional(),
  /** Where the work was published. */
  branch: z.string().optional(),
  usage: Usage,
});
export type AgentTaskResult = z.infer<typeof AgentTaskResult>;
