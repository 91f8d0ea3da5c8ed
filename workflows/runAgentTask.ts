import type { AgentTaskRequest, AgentTaskResult } from '../schemas/agentTask.ts';
import { AgentTaskWork } from './lib/agentTaskWork.ts';
import { trackState } from './lib/state.ts';

/** One agent of the develop flow alone, with what it needs from those before it: a plan, a contract, tests, code with its proof, or a diagnosis. */
export async function runAgentTask(request: AgentTaskRequest): Promise<AgentTaskResult> {
  const work = new AgentTaskWork(request);
  const state = trackState<string, AgentTaskResult>('planning', () => work.view);

  const { source } = await work.open();
  state.enter('running', { repo: source.slug, commit: source.commit });
  await work.upTo(request.role);

  const result = await work.finish();
  state.now.final_result = result;
  state.enter(result.status);
  return result;
}
