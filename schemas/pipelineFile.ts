import { z } from 'zod';
import { stageAgents } from './names.ts';
import { Duration } from './nouns.ts';

const name = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/, 'a name is a lower-case letter, then letters, digits, - or _ (at most 40)');
const strings = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** `true` is once; a number is that often; at most 5, after which the run halts. */
const Retries = z.union([z.boolean().transform((on) => (on ? 1 : 0)), z.number().int().min(0).max(5)]);

const Environment = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not a name of an environment variable'), scalar);

/** One stage as written in a pipeline file. Every key is optional. */
export const StageOptions = z.strictObject({
  agent: z.enum(stageAgents).optional(),
  needs: strings.optional(),
  when: z.string().max(1000).optional(),
  paths: strings.optional(),
  run: strings.optional(),
  directory: z.string().optional(),
  env: Environment.optional(),
  matrix: z.record(name, z.array(scalar).min(1).max(20)).optional(),
  /** How often Temporal tries a broken step (worker lost, registry down). */
  retry: z.number().int().min(1).max(10).optional(),
  /** How often a bad outcome is tried again. */
  retry_on_failure: Retries.optional(),
  timeout: Duration.optional(),
  allow_failure: z.boolean().optional(),
  approval: z.boolean().optional(),
  environment: z.string().min(1).max(60).optional(),
  cache: z.boolean().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
export type StageOptions = z.infer<typeof StageOptions>;

const stageName = z.string().min(1);
/** `lint`, `{test: {retry_on_failure: 2}}`, or a list of these that runs side by side. */
const Step = z.union([stageName, z.record(stageName, z.union([StageOptions, z.null()]))]);

/** `pipeline.yml`. A list of stages runs in order, an inner list side by side; a map runs as its `needs` say. */
export const PipelineFile = z.strictObject({
  pipeline: z.strictObject({
    stages: z.union([z.array(z.union([Step, z.array(Step).min(1)])).min(1), z.record(stageName, z.union([StageOptions, z.null()]))]),
    retry_on_failure: Retries.optional(),
    notify_on_success: z.boolean().optional(),
    deploy_environment: z.string().min(1).max(60).optional(),
    timeout: Duration.optional(),
    env: Environment.optional(),
  }),
});
export type PipelineFile = z.infer<typeof PipelineFile>;
