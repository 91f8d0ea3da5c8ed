import type Dockerode from 'dockerode';
import { failure } from '../../schemas/failures.ts';
import { BuildSettings } from '../../schemas/settings.ts';
import type { Artifact, StageTask } from '../../schemas/stage.ts';
import type { Builder } from '../contracts.ts';
import type { ClusterAccess } from '../lib/cluster/access.ts';
import type { StageRunner, Verdict, Workbench } from '../lib/workbench.ts';
import { chooseBuilder } from './cluster/chooseBuilder.ts';
import { makeInCluster } from './cluster/makeInCluster.ts';
import { makeImage, type ImageDefaults } from './image/makeImage.ts';
import { keepFiles } from './keepFiles.ts';
import type { Made } from './made.ts';
import { packCompiled } from './pack/compiled.ts';
import { packNode } from './pack/node.ts';
import { packPython } from './pack/python.ts';
import { planBuild, type BuildStep } from './planBuild.ts';
import { runLines } from './runLines.ts';

export type BuilderDeps = {
  runStage: StageRunner;
  /** Absent: no images. */
  docker?: Dockerode;
  /** How this worker reaches clusters, for builds by a Job. */
  access?: ClusterAccess;
  imageDefaults: ImageDefaults;
};

type Making = Omit<BuilderDeps, 'runStage'> & { bench: Workbench; settings: BuildSettings };

/** Builds what a repository holds: own commands, packages of its languages, its container image. */
export function createBuilder({ runStage, ...deps }: BuilderDeps) {
  function buildArtifacts(task: StageTask) {
    return runStage(task, { version: 'builder@1' }, (bench) => build({ ...deps, bench, settings: settingsOf(task) }));
  }
  return { buildArtifacts } satisfies Builder;
}

async function build(making: Making): Promise<Verdict> {
  const { bench, settings } = making;
  const { steps, lookedFor } = planBuild({ project: bench.project, stage: bench.task.stage, settings });
  if (steps.length === 0) return { passed: false, summary: `nothing to build: ${lookedFor}` };

  const artifacts: Artifact[] = [];
  const said: string[] = [];
  for (const step of steps) {
    const made = await make(step, making);
    if ('failed' in made) return { passed: false, summary: made.failed, artifacts };
    artifacts.push(...made.artifacts);
    said.push(...made.said);
  }
  if (said.length === 0) return { passed: false, summary: 'nothing was built; the notices say why', artifacts };
  return { passed: true, summary: said.join(', '), artifacts };
}

async function make(step: BuildStep, making: Making): Promise<Made> {
  const { bench } = making;
  switch (step.kind) {
    case 'commands':
      return runLines(bench, step);
    case 'files':
      return keepFiles(bench, { globs: step.globs, kind: 'other' });
    case 'image': {
      const builder = await chooseBuilder(making);
      return builder === 'docker' ? makeImage({ ...making, step }) : makeInCluster({ ...making, step, builder });
    }
    case 'package':
      if (step.target.language === 'node') return packNode(bench, step);
      if (step.target.language === 'python') return packPython(bench, step);
      return packCompiled(bench, step.target);
  }
}

function settingsOf({ stage }: StageTask): BuildSettings {
  const parsed = BuildSettings.safeParse(stage.with);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw failure('InvalidConfiguration', `stage ${stage.id}: with.${issue?.path.join('.')}: ${issue?.message}`);
}
