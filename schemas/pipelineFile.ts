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
export const StageOptions = z
  .strictObject({
    agent: z.enum(stageAgents).optional().describe("Who does it; default: the agent of the stage's name"),
    needs: strings.optional().describe('Stages that must have passed first'),
    when: z.string().max(1000).optional().describe('CEL condition over branch, changed, results, matrix, environment; touches("glob")'),
    paths: strings.optional().describe('Globs of paths; without a matching change the stage is left out. ! takes away'),
    run: strings.optional().describe('Shell commands in place of what the agent finds by itself'),
    directory: z.string().optional().describe('Folder inside the repository; default: its root'),
    env: Environment.optional().describe('Environment variables of the commands'),
    matrix: z
      .record(name, z.array(scalar).min(1).max(20))
      .optional()
      .describe('Values to run the stage with, all combinations; MATRIX_<NAME> in the environment'),
    retry: z
      .number()
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe('Tries of a broken step (worker lost, registry down), the first included; default 3'),
    retry_on_failure: Retries.optional().describe('Further tries after a bad outcome (tests fail): true is 1, at most 5'),
    timeout: Duration.optional().describe("Longest time of one try; default '30 minutes'"),
    allow_failure: z.boolean().optional().describe('The run goes on when the stage fails'),
    approval: z.boolean().optional().describe('A person must agree before the stage starts'),
    environment: z.string().min(1).max(60).optional().describe('Where a deploy goes; protected ones (project.yml) ask for approval'),
    cache: z.boolean().optional().describe('false: never reuse a kept result'),
    with: z.record(z.string(), z.unknown()).optional().describe('Settings of the agent'),
  })
  .meta({ id: 'Stage' });
export type StageOptions = z.infer<typeof StageOptions>;

const stageName = z.string().min(1);
/** `lint`, `{test: {retry_on_failure: 2}}`, or a list of these that runs side by side. */
const Step = z.union([stageName, z.record(stageName, z.union([StageOptions, z.null()]))]);

/** `pipeline.yml`. A list of stages runs in order, an inner list side by side; a map runs as its `needs` say. */
export const PipelineFile = z.strictObject({
  $schema: z.string().optional(),
  pipeline: z.strictObject({
    stages: z.union([z.array(z.union([Step, z.array(Step).min(1)])).min(1), z.record(stageName, z.union([StageOptions, z.null()]))]),
    retry_on_failure: Retries.optional().describe('For all stages but deploys: further tries after a bad outcome'),
    notify_on_success: z.boolean().optional().describe('Tell about good runs too'),
    deploy_environment: z.string().min(1).max(60).optional().describe('Where deploy stages go'),
    timeout: Duration.optional().describe('Longest time of one try of a stage, where the stage says nothing'),
    env: Environment.optional().describe('Environment variables of all stages'),
  }),
});
export type PipelineFile = z.infer<typeof PipelineFile>;
