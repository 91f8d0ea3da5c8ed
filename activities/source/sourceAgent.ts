import { createHash } from 'node:crypto';
import { evaluateWhen } from '../../repository/condition.ts';
import { findConfig, parsePipeline, parseProject } from '../../repository/configFile.ts';
import { detectProject } from '../../repository/detect/detectProject.ts';
import { resolveStages } from '../../repository/plan.ts';
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
        const tree = await sources.tree(source, source.commit, signal);
        const changedPaths = source.base === undefined ? [] : await sources.changedPaths(source, signal);
        return await planOf({ request, source, tree, changedPaths });
      }),

    evaluateCondition: ({ source, stage, results }) =>
      whileHeartbeating(async (signal) => {
        const changed = await sources.changedPaths(source, signal);
        const { branch = '', ref, commit } = source;
        const facts = { branch, ref, commit, changed, results, matrix: stage.matrix, environment: stage.environment ?? '' };
        return evaluateWhen(stage.when ?? 'true', facts);
      }),
  } satisfies SourceAgent;
}

type Planning = { request: PipelineRequest; source: Source; tree: FileTree; changedPaths: string[] };

async function planOf({ request, source, tree, changedPaths }: Planning): Promise<PipelinePlan> {
  const config = await findConfig(tree);
  const rules = config.project ? parseProject(config.project.text, { path: config.project.path }) : ProjectFile.parse({});
  const { file, origin, notices } = await pipelineFor(request, config.pipeline, tree);
  const all = resolveStages({ file, rules, origin, changedPaths: source.base === undefined ? undefined : changedPaths });
  const stages = request.stages ? only(request.stages, all) : all;
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
