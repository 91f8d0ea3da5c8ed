import { z } from 'zod';

const strings = z
  .array(z.unknown())
  .transform((items) => items.filter((item) => typeof item === 'string'))
  .catch([]);
const table = z.record(z.string(), z.unknown()).catch({});
const lists = z.record(z.string(), strings).catch({});
const names = table.transform((entries) => Object.keys(entries).filter((name) => name !== 'python'));
const text = z.string().optional().catch(undefined);

const HatchEnv = z.object({ dependencies: strings.default([]), 'extra-dependencies': strings.default([]), features: strings.default([]) });

const Tool = z.looseObject({
  poetry: z
    .object({
      name: text,
      version: text,
      'package-mode': z.boolean().default(true).catch(true),
      dependencies: names.default([]),
      'dev-dependencies': names.default([]),
      group: z
        .record(z.string(), z.object({ dependencies: names.default([]) }).catch({ dependencies: [] }))
        .default({})
        .catch({}),
    })
    .optional()
    .catch(undefined),
  pdm: z
    .object({ 'dev-dependencies': lists.default({}) })
    .optional()
    .catch(undefined),
  hatch: z
    .object({ envs: z.record(z.string(), HatchEnv).default({}).catch({}) })
    .optional()
    .catch(undefined),
  uv: z
    .object({
      'dev-dependencies': strings.default([]),
      workspace: z
        .object({ members: strings.default([]) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** The parts of pyproject.toml that tell how a project is built and tested (PEP 517, 621, 735 and the tools' own tables). */
export const Pyproject = z.object({
  'build-system': z
    .object({ requires: strings.default([]), 'build-backend': text })
    .optional()
    .catch(undefined),
  project: z
    .object({ name: text, version: text, dependencies: strings.default([]), 'optional-dependencies': lists.default({}) })
    .optional()
    .catch(undefined),
  'dependency-groups': lists.default({}),
  tool: Tool.default({} as z.infer<typeof Tool>).catch({} as z.infer<typeof Tool>),
});
export type Pyproject = z.infer<typeof Pyproject>;
