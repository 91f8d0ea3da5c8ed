import type { ApprovalStep } from '../schemas/approvals.ts';
import type { PipelineFile } from '../schemas/pipelineFile.ts';
import type { ProjectFile } from '../schemas/projectFile.ts';
import type { Stage } from '../schemas/stage.ts';
import { dotted, refusal, type Fault } from './configuration/problem.ts';
import { anyPathMatches } from './glob.ts';
import type { ChangeOwners } from './owners.ts';
import { asksPeople, chainOf } from './plan/approvers.ts';
import { checkStages } from './plan/check.ts';
import { environmentFaults, environmentOf } from './plan/environment.ts';
import { combinations, idsOf, matrixEnv } from './plan/matrix.ts';
import type { Assigned } from './plan/needs.ts';
import type { Deciders } from './plan/members.ts';
import { insideRepository } from './plan/paths.ts';

export type PlanInput = {
  file: PipelineFile;
  rules: ProjectFile;
  /** Paths that differ from the base; undefined when there is no base, and then every stage takes part. */
  changedPaths?: readonly string[];
  /** Where the pipeline came from, for messages. */
  origin?: string;
  /** Where deploy stages go, in place of what the pipeline says. */
  environment?: string;
  /** Why no deploy may happen. */
  withholdDeploys?: string;
  /** Name of the repository, for the locks of its environments. */
  slug?: string;
  /** Owners of what changed, by CODEOWNERS; absent: there is no such file. */
  owners?: ChangeOwners;
};

/** The stage graph with every default filled in. `InvalidConfiguration` or `PathOutsideRepository` tell all that is wrong. */
export function resolveStages({ file: written, rules, changedPaths, origin = 'pipeline', slug = '', owners, ...wish }: PlanInput): Stage[] {
  const file = sentTo(written, wish.environment);
  const { stages, needs, faults } = checkStages(file);
  const all = [...faults, ...environmentFaults(stages, file, rules)];
  if (all.length > 0) throw planRefusal(all, origin);
  const ids = new Map(stages.map((stage) => [stage.name, idsOf(stage)]));
  return stages.flatMap((stage) =>
    combinations(stage.options.matrix).map(({ suffix, values }): Stage => {
      const { name, agent, options } = stage;
      const environment = (agent === 'deploy' ? wish.environment : undefined) ?? environmentOf(stage, file);
      const asks = options.approval === true || (agent === 'deploy' && asksPeople(environment, rules));
      return {
        id: name + suffix,
        name,
        agent,
        needs: [...new Set((needs.get(name) ?? []).flatMap((need) => ids.get(need) ?? []))],
        when: options.when,
        leftOut:
          agent === 'deploy' ? (wish.withholdDeploys ?? reasonToLeaveOut(stage, changedPaths)) : reasonToLeaveOut(stage, changedPaths),
        run: options.run ?? [],
        directory: insideRepository(options.directory ?? '') ?? '',
        env: { ...file.pipeline.env, ...options.env, ...matrixEnv(values) },
        matrix: values,
        allowFailure: options.allow_failure ?? false,
        retryOnFailure: options.retry_on_failure ?? (agent === 'deploy' ? 0 : (file.pipeline.retry_on_failure ?? 0)),
        attempts: options.retry ?? 3,
        timeout: options.timeout ?? file.pipeline.timeout ?? '30 minutes',
        cache: agent !== 'deploy' && (options.cache ?? true),
        approval: asks,
        approvers: asks ? peopleFor(environment, { rules, owners }) : [],
        environment,
        lock: agent === 'deploy' ? lockOf({ slug, environment, rules }) : undefined,
        with: options.with ?? {},
      };
    }),
  );
}

function peopleFor(environment: string | undefined, deciders: Deciders): ApprovalStep[] {
  const { steps, faults } = chainOf(environment, deciders);
  if (faults.length > 0) throw planRefusal(faults, 'project.yml');
  return steps;
}

function reasonToLeaveOut({ options }: Assigned, changedPaths: readonly string[] | undefined): string | undefined {
  if (options.paths === undefined || changedPaths === undefined || anyPathMatches(options.paths, changedPaths)) return undefined;
  return `no changed path matches ${options.paths.join(', ')}`;
}

// A name that is nearly a protected environment's is refused for a wish as for the file.
function sentTo(file: PipelineFile, environment: string | undefined): PipelineFile {
  return environment === undefined ? file : { ...file, pipeline: { ...file.pipeline, deploy_environment: environment } };
}

/** What a deploy locks: its environment of this repository, a name that several repositories share, or nothing. */
function lockOf({ slug, environment, rules }: { slug: string; environment: string | undefined; rules: ProjectFile }): string | undefined {
  const name = environment ?? 'staging';
  const wish = rules.environments[name]?.lock ?? true;
  if (wish === false) return undefined;
  return `env:${wish === true ? `${slug}/${name}` : wish}`.replace(/\s+/g, '-');
}

function planRefusal(faults: readonly Fault[], origin: string): Error {
  const problems = faults.map(({ at, problem, fix }) => ({ path: origin, line: 0, column: 0, key: dotted(at), problem, fix }));
  return refusal(
    problems,
    faults.some(({ outside }) => outside),
  );
}
