import type { PipelinePlan } from '../../schemas/runPipeline.ts';
import type { Artifact, Stage } from '../../schemas/stage.ts';
import { sha256Of } from './approvalVotes.ts';

/**
 * What a stage would do, a line each, by content and not by commit: where, with which settings and commands, and with what. A stage that
 * works on the repository's files is bound to their tree; one that only runs an image, to the image.
 */
export function effectsOf({ source }: PipelinePlan, stage: Stage, made: readonly Artifact[]): string[] {
  const { agent, run, env, directory, environment } = stage;
  const used = made.filter(({ kind }) => kind === 'image' || kind === 'package');
  const settings = { with: stage.with, env, directory };
  const plain = [stage.with, env].every((values) => Object.keys(values).length === 0) && directory === '';
  return [
    `${agent} ${source.slug}${environment ? ` to ${environment}` : ''}`,
    ...(plain ? [] : [`settings ${sha256Of(settings)}`]),
    ...(run.length === 0 ? [] : [`commands ${sha256Of(run)}`]),
    ...used.map(({ name, digest }) => `uses ${name} (${digest})`),
    ...(runsOnlyAnImage(stage, used) ? [] : [`files ${source.tree}`]),
  ];
}

/** Hash of the rules by which a run decides. Which stages a change leaves out is no rule. */
export function rulesHash({ stages, rules }: PipelinePlan): string {
  return sha256Of({ stages: stages.map((stage) => ({ ...stage, leftOut: undefined })), rules });
}

const imageTargets: readonly unknown[] = [undefined, 'auto', 'docker'];

function runsOnlyAnImage({ agent, run, with: settings }: Stage, used: readonly Artifact[]): boolean {
  const { target, start } = settings;
  const ofAnImage = agent === 'deploy' && imageTargets.includes(target) && start === undefined && run.length === 0;
  return ofAnImage && used.some(({ kind }) => kind === 'image');
}
