import { z } from 'zod';
import { Duration, IsolationChoice } from './nouns.ts';
import { ReviewRules } from './reviewRules.ts';

const strings = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));
const Expiry = z.iso.date();

/** One step of an approval chain as written; `role` names a key of `roles`, or `owners`, `codeowners` or `anyone`. */
const ChainStep = z.strictObject({
  role: z.string().min(1).optional().describe('A key of roles, or owners, codeowners, anyone'),
  people: strings.optional().describe('Names in place of a role'),
  quorum: z.number().int().min(1).max(20).default(1).describe('How many of them must agree'),
  within: Duration.optional().describe("How long the step waits; default: the run's decideWithin"),
  remind_every: Duration.optional().describe('How often those who have not answered are reminded'),
  on_timeout: z.enum(['reject', 'approve', 'escalate']).optional().describe('What no answer in time means'),
  escalate_to: z.string().optional().describe('Role that is asked next when the time is over (on_timeout: escalate)'),
});

const Environment = z.strictObject({
  protected: z.boolean().default(false).describe('A person must agree before a deploy'),
  url: z.url().optional(),
  approvers: strings.default([]).describe('People or roles of whom one must agree; approvals says more'),
  approvals: z.array(ChainStep).max(10).default([]).describe('Who must agree, one step after the other'),
  lock: z
    .union([z.boolean(), z.string()])
    .default(true)
    .describe('One deploy at a time: true locks env:<repository>/<environment>, a name locks env:<name>, false locks nothing'),
  revert: z.boolean().default(false).describe('Open a pull request that reverts a push whose release was rolled back'),
});

/** Accounts of one person. Without an entry a name is taken for the GitHub login and for the name at the command line. */
const Accounts = z.strictObject({ github: z.string().optional(), slack: z.string().optional(), email: z.email().optional() });

const Slack = z.strictObject({
  channel: z.string().min(1).describe('Channel id or #name'),
  mentions: strings.default([]).describe('People, or Slack user and group ids, that are mentioned when something fails'),
});

/** `project.yml`: rules of the project that are not steps of a pipeline. */
export const ProjectFile = z.strictObject({
  $schema: z.string().optional(),
  /** Branches whose pushes start a run (glob patterns). */
  branches: strings.default(['main', 'master']),
  environments: z.record(z.string(), z.union([Environment, z.null().transform(() => Environment.parse({}))])).default({}),
  owners: strings.default([]),
  people: z.record(z.string(), Accounts).default({}),
  /** Names of people, by role. A key such as `@acme/platform` gives the members of a team that CODEOWNERS names. */
  roles: z.record(z.string(), strings).default({}),
  notify: z
    .strictObject({
      slack: z.union([z.string().transform((channel) => Slack.parse({ channel })), Slack]).optional(),
      email: strings.default([]),
    })
    .optional(),
  pull_requests: z
    .strictObject({
      drafts: z.enum(['wait', 'run']).default('wait').describe('Whether a draft is worked on before it is ready'),
      review: z.enum(['hold', 'advise', 'off']).default('hold').describe('hold: what a rule of the review blocks is not deployed'),
      outside_failures: z
        .enum(['note', 'hold'])
        .default('note')
        .describe("What a failed GitHub Actions workflow does to the head's deploy"),
    })
    .prefault({}),
  review: ReviewRules.prefault({}),
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
