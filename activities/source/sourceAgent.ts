import { createHash } from 'node:crypto';
import { evaluateWhen } from '../../repository/condition.ts';
import { globMatcher } from '../../repository/glob.ts';
import { findConfig, parsePipeline, parseProject } from '../../repository/configFile.ts';
import { detectProject } from '../../repository/detect/detectProject.ts';
import { changeOwners } from '../../repository/owners.ts';
import { resolveStages } from '../../repository/plan.ts';
import { approvalNotices, asksCodeOwners } from '../../repository/plan/approvers.ts';
import { proposePipeline } from '../../repository/propose.ts';
import type { FileTree } from '../../repository/tree.ts';
import { failure } from '../../schemas/failures.ts';
import { nearest } from '../../schemas/nearest.ts';
import type { PipelineFile } from '../../schemas/pipelineFile.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';
import type { PipelinePlan, PipelineRequest } from '../../schemas/runPipeline.ts';
import type { Source } from '../../schemas/source.ts';
import type { Stage } from '../../schemas/stage.ts';
import type { SourceAgent } from '../contracts.ts';
import { whileHeartbeating } from '../lib/heartbeats.ts';
import type { SourceReader } from '../lib/source.ts';

/** Finds out what a run works on and what it shall do: the commit, and the plan that its repository's rules give. */
export function createSourceAgent({ sources }: { sources: SourceReader }) {
  return {
    openRun: (request: PipelineRequest) =>
      whileHeartbeating(async (signal) => {
        const source = await sources.resolve(request, signal);
        const at = (commit: string | undefined) => sources.tree(source, commit ?? source.commit, signal);
        const [tree, rules, pipeline] = await Promise.all([at(undefined), at(request.rulesAt), at(request.pipelineAt)]);
        const changedPaths = source.base === undefined ? [] : await sources.changedPaths(source, signal);
        return await planOf({ request, source, trees: { own: tree, rules, pipeline }, changedPaths });
      }),

    evaluateCondition: ({ source, event, stage, results }) =>
      whileHeartbeating(async (signal) => {
        const changed = await sources.changedPaths(source, signal);
        const { branch = '', ref, commit } = source;
        const facts = { branch, event, ref, commit, changed, results, matrix: stage.matrix, environment: stage.environment ?? '' };
        return evaluateWhen(stage.when ?? 'true', facts);
      }),
  } satisfies SourceAgent;
}

type Planning = {
  request: PipelineRequest;
  source: Source;
  /** The commit's own files, and those at the commits whose rules and pipeline count. */
  trees: { own: FileTree; rules: FileTree; pipeline: FileTree };
  changedPaths: string[];
};

async function planOf({ request, source, trees, changedPaths }: Planning): Promise<PipelinePlan> {
  const { project } = await findConfig(trees.rules);
  const rules = project ? parseProject(project.text, { path: project.path }) : ProjectFile.parse({});
  if (request.event === 'push' && !isNamed(source.branch, rules)) return nothingToDo(source, rules);

  const { pipeline } = await findConfig(trees.pipeline);
  const { file, origin, notices } = await pipelineFor(request, pipeline, trees.own);
  const changed = source.base === undefined ? await trees.own.list() : changedPaths;
  // By the rules' commit: nobody names the owners of their own change.
  const owners = asksCodeOwners(rules) ? await changeOwners(trees.rules, changed) : undefined;
  const all = resolveStages({
    file,
    rules,
    origin,
    changedPaths: source.base === undefined ? undefined : changedPaths,
    environment: request.environment,
    withholdDeploys: request.fork ? "a fork's code is not deployed" : request.withholdDeploys,
    slug: source.slug,
    owners,
  });
  const stages = request.stages ? only(request.stages, all) : all;
  notices.push(...approvalNotices(stages, request.authors, { rules, owners }));
  if (request.pipelineAt !== undefined && request.pipelineAt !== source.commit) {
    notices.push(`the pipeline is that of ${request.pipelineAt.slice(0, 12)}; changes to it count once they are merged`);
  }
  if (source.dirty) notices.push('the working tree has uncommitted changes; the run uses the commit alone');
  return {
    source,
    stages,
    origin,
    hash: createHash('sha256').update(JSON.stringify({ stages, rules })).digest('hex'),
    notices,
    notifyOnSuccess: file.pipeline.notify_on_success ?? false,
    rules,
  };
}

function isNamed(branch: string | undefined, rules: ProjectFile): boolean {
  return branch !== undefined && rules.branches.some((glob) => globMatcher(glob)(branch));
}

/** The plan of a push that the project's rules do not ask for. */
function nothingToDo(source: Source, rules: ProjectFile): PipelinePlan {
  const notice = `pushes to ${source.branch ?? source.ref} start nothing; project.yml names ${rules.branches.join(', ')}`;
  const notify = { ...rules, notify: undefined };
  return { source, stages: [], origin: 'none', hash: '', notices: [notice], notifyOnSuccess: false, rules: notify };
}

type Found = { file: PipelineFile; origin: string; notices: string[] };

async function pipelineFor(request: PipelineRequest, kept: { path: string; text: string } | undefined, tree: FileTree): Promise<Found> {
  if (request.pipeline) return { file: request.pipeline, origin: 'request', notices: [] };
  if (kept) return { file: parsePipeline(kept.text, { path: kept.path }), origin: kept.path, notices: [] };
  const { file } = proposePipeline(await detectProject(tree));
  const names = Object.keys(file.pipeline.stages).join(', ');
  return { file, origin: 'proposed', notices: [`no pipeline file: proposed ${names}; \`mainstay pipeline init\` writes it down`] };
}

/** The wanted stages and all that they need. */
function only(wanted: readonly string[], all: readonly Stage[]): Stage[] {
  const chosen = new Set<string>();
  const add = (id: string) => {
    if (chosen.has(id)) return;
    chosen.add(id);
    all.find((stage) => stage.id === id)?.needs.forEach(add);
  };
  for (const name of wanted) {
    const matching = all.filter((stage) => stage.id === name || stage.name === name);
    if (matching.length === 0)
      throw failure(
        'InvalidInput',
        `stages: no stage ${name}${nearest(
          name,
          all.map(({ id }) => id),
        )}`,
      );
    for (const { id } of matching) add(id);
  }
  return all.filter(({ id }) => chosen.has(id));
}
