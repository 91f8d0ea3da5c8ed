import { z } from 'zod';
import { Duration, IsolationChoice } from './nouns.ts';

const strings = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));
const Expiry = z.iso.date();

const Environment = z.strictObject({ protected: z.boolean().default(false), url: z.url().optional(), approvers: strings.default([]) });

/** `project.yml`: rules of the project that are not steps of a pipeline. */
export const ProjectFile = z.strictObject({
  $schema: z.string().optional(),
  /** Branches whose pushes start a run (glob patterns). */
  branches: strings.default(['main', 'master']),
  environments: z.record(z.string(), z.union([Environment, z.null().transform(() => Environment.parse({}))])).default({}),
  owners: strings.default([]),
  notify: z.strictObject({ slack: z.string().optional(), email: strings.default([]) }).optional(),
  isolation: IsolationChoice.optional(),
  security: z
    .strictObject({
      /** Lowest severity of a new finding that blocks. */
      block: z.enum(['low', 'medium', 'high', 'critical']).default('high'),
      /** Findings that are known and excused until a date. `id` is the rule or advisory, `path` a glob. */
      waivers: z
        .array(z.strictObject({ id: z.string(), path: z.string().optional(), reason: z.string(), owner: z.string(), expires: Expiry }))
        .default([]),
    })
    .prefault({}),
  tests: z
    .strictObject({
      /** Least percent of lines that tests must cover. */
      coverage: z.number().min(0).max(100).optional(),
      /** Tests that may fail until a date. */
      quarantine: z.array(z.strictObject({ test: z.string(), reason: z.string(), owner: z.string(), expires: Expiry })).default([]),
    })
    .prefault({}),
  lint: z
    .strictObject({
      /** `changed`: only findings on lines that the change touches block. */
      block: z.enum(['all', 'changed']).default('all'),
    })
    .prefault({}),
  watch: z.strictObject({ window: Duration.default('10 seconds'), interval: Duration.default('1 second') }).prefault({}),
});
export type ProjectFile = z.infer<typeof ProjectFile>;
