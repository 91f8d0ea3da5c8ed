import { closest, distance } from 'fastest-levenshtein';
import type { PipelineFile } from '../../schemas/pipelineFile.ts';
import type { ProjectFile } from '../../schemas/projectFile.ts';
import type { Fault } from '../configuration/problem.ts';
import type { Assigned } from './needs.ts';

/** Where a stage goes: its `environment`, else for a deploy the pipeline's `deploy_environment`. */
export function environmentOf({ agent, options }: Assigned, file: PipelineFile): string | undefined {
  return options.environment ?? (agent === 'deploy' ? file.pipeline.deploy_environment : undefined);
}

/** A name that is nearly one of the project's environments would slip past its protection, so it is refused. */
export function environmentFaults(stages: readonly Assigned[], file: PipelineFile, rules: ProjectFile): Fault[] {
  const known = Object.keys(rules.environments);
  return stages.flatMap((stage): Fault[] => {
    const environment = environmentOf(stage, file);
    if (environment === undefined || known.length === 0 || known.includes(environment)) return [];
    const best = closest(environment.toLowerCase(), known);
    if (distance(environment.toLowerCase(), best.toLowerCase()) > 2) return [];
    const at = stage.options.environment === undefined ? ['pipeline', 'deploy_environment'] : [...stage.at, 'environment'];
    return [{ at, problem: `the project knows no environment "${environment}"`, fix: `did you mean "${best}"?` }];
  });
}
