import type { Client } from '@temporalio/client';
import type { z } from 'zod';
import type { Credentials } from '../repository/credentials.ts';
import { AgentTaskRequest } from '../schemas/agentTask.ts';
import { agentTaskId, contentWord } from '../schemas/names.ts';
import { plainLine } from '../schemas/plainText.ts';
import { checkIsolation } from './checkIsolation.ts';
import { checkMind } from './checkMind.ts';
import { groundOf } from './featureGround.ts';
import { parseInput } from './parseInput.ts';
import { type Joined, startOrJoin } from './startOrJoin.ts';

export type AgentTaskInput = z.input<typeof AgentTaskRequest>;

/** One agent's task that can be started: its input with the commit that the ref means now, and the id of its run. */
export type PreparedAgentTask = { request: AgentTaskRequest; slug: string; commit?: string; workflowId: string };

/** Checks an input and finds its commit, without a server. Fails with `InvalidInput`, `IsolationUnavailable` and the failures of `resolveRef`. */
export async function prepareAgentTask(input: AgentTaskInput, options: { credentials?: Credentials } = {}): Promise<PreparedAgentTask> {
  const asked = parseInput(AgentTaskRequest, input);
  checkIsolation(asked);
  checkMind(asked);
  const { slug, ...found } = await groundOf(asked, options);
  const request = parseInput(AgentTaskRequest, { ...asked, ...found });
  const { role, ref, mind, program, todo, candidate } = request;
  const act = contentWord(request.request, found.commit ?? '', JSON.stringify({ ref, mind, program, todo, candidate }));
  return { request, slug, commit: found.commit, workflowId: agentTaskId(role, slug, act) };
}

/** Starts a prepared task, or joins the live one of the same work. */
export async function startAgentTask(client: Client, { request, slug, commit, workflowId }: PreparedAgentTask): Promise<Joined> {
  const summary = `${request.role}: ${plainLine(request.request, 60)} (${slug})`;
  return await startOrJoin(client, { flow: 'runAgentTask', workflowId, request, slug, commit, phase: 'planning', summary });
}
