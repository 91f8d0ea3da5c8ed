import { isDeepStrictEqual } from 'node:util';
import type { Client } from '@temporalio/client';
import type { Credentials } from '../repository/credentials.ts';
import { type BuildFeatureInput, BuildFeatureRequest } from '../schemas/buildFeature.ts';
import { failure } from '../schemas/failures.ts';
import { buildFeatureId, contentWord } from '../schemas/names.ts';
import { plainLine } from '../schemas/plainText.ts';
import type { TodoList } from '../schemas/todoList.ts';
import { checkIsolation } from './checkIsolation.ts';
import { checkMind } from './checkMind.ts';
import { groundOf } from './featureGround.ts';
import { githubPlaceOf } from './githubPlace.ts';
import { parseInput } from './parseInput.ts';
import { readPlan } from './planFeature.ts';
import { type Joined, startOrJoin } from './startOrJoin.ts';

/** A build that can be started: its input with the commit that the ref means now, and the id of its run. */
export type PreparedBuild = { request: BuildFeatureRequest; slug: string; commit?: string; workflowId: string };

/** What opens private repositories; and, where GitHub is configured, its clone URL, so that a build of a repository there opens a pull request. */
export type BuildOptions = { credentials?: Credentials; cloneUrl?: string };

/** Checks an input and finds its commit, without a server. Fails with `InvalidInput`, `IsolationUnavailable` and the failures of `resolveRef`. */
export async function prepareBuild(input: BuildFeatureInput, options: BuildOptions = {}): Promise<PreparedBuild> {
  const asked = parseInput(BuildFeatureRequest, input);
  checkIsolation(asked);
  checkMind(asked);
  const { slug, ...found } = await groundOf(asked, options);
  return prepared({ ...asked, ...found, github: asked.github ?? placeOf(found.repository, options) }, slug);
}

/** What a build of a finished plan may still be told; the plan says what is built and where. `corrected`: the plan as a person changed it. */
export type PlannedBuildInput = { todo_list_id: string; corrected?: TodoList } & Partial<
  Omit<BuildFeatureInput, 'request' | 'repository' | 'ref' | 'commit' | 'todoList' | 'mind' | 'program'>
>;

/**
 * The build of a finished plan, at the plan's commit and by the mind that made it. Fails as `readPlan` does, and with `DecisionRefused` while the
 * plan is still being made.
 */
export async function preparePlannedBuild(
  client: Client,
  { todo_list_id, corrected, ...input }: PlannedBuildInput,
  options: Pick<BuildOptions, 'cloneUrl'> = {},
): Promise<PreparedBuild> {
  const plan = await readPlan(client, todo_list_id);
  if (plan === undefined) throw failure('DecisionRefused', `${todo_list_id} is still being planned: try again when it has ended`);
  const { mind, ground } = plan;
  const todoList = corrected === undefined ? plan.todoList : correction(plan.todoList, corrected);
  const { repository, ref, commit, trusted, slug } = ground.source;
  const asked = parseInput(BuildFeatureRequest, {
    trusted,
    github: placeOf(repository, options),
    ...input,
    request: todoList.request,
    todoList,
    repository,
    ref,
    commit,
    mind: mind.kind,
    ...(mind.kind === 'program' ? { program: mind.program } : {}),
  });
  checkIsolation(asked);
  return prepared(asked, slug);
}

/** Starts a prepared build, or joins the live one of the same work. */
export async function startBuild(client: Client, { request, slug, commit, workflowId }: PreparedBuild): Promise<Joined> {
  const summary = `build ${plainLine(request.request, 60)} (${slug})`;
  return await startOrJoin(client, { flow: 'buildFeature', workflowId, request, slug, commit, phase: 'planning', summary });
}

function prepared(input: BuildFeatureInput, slug: string): PreparedBuild {
  const request = parseInput(BuildFeatureRequest, input);
  const { commit, ref, mind, program, todoList } = request;
  // Named by its flow, too: a plan and its build are told apart by the short ids that people type.
  const act = contentWord('build', request.request, commit ?? '', JSON.stringify({ ref, mind, program, todoList }));
  return { request, slug, commit, workflowId: buildFeatureId(slug, act) };
}

/** A person's correction of a plan: tasks and summary. The words and the template's understanding of them say who carries it out. */
function correction(planned: TodoList, corrected: TodoList): TodoList {
  const fixed = ['id', 'request', 'template', 'subject'] as const;
  const changed = fixed.find((name) => !isDeepStrictEqual(planned[name], corrected[name]));
  if (changed === undefined) return corrected;
  throw failure(
    'InvalidInput',
    `todo_list.${changed}: only the summary and the tasks of a plan can be corrected; for other words plan again`,
  );
}

function placeOf(repository: string | undefined, { cloneUrl }: BuildOptions) {
  return repository === undefined || cloneUrl === undefined ? undefined : githubPlaceOf(repository, cloneUrl);
}
