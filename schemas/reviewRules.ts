import { z } from 'zod';

const strings = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));
const Weight = z.enum(['block', 'warn', 'note', 'off']);

/** `review:` of project.yml: what the review agent looks at, and how much each finding weighs. */
export const ReviewRules = z.strictObject({
  size: z
    .strictObject({
      weight: Weight.default('warn'),
      lines: z.number().int().positive().default(800).describe('Changed lines above which a change is called large'),
      files: z.number().int().positive().default(60),
    })
    .prefault({}),
  tests: Weight.default('warn').describe('Code changed and no test'),
  secrets: Weight.default('block'),
  leftovers: Weight.default('warn').describe('debugger statements, focused tests, merge markers'),
  risky: z
    .strictObject({
      weight: Weight.default('warn'),
      paths: strings
        .default([
          '.github/workflows/**',
          '**/migrations/**',
          '**/Dockerfile',
          '.mainstay/**',
          '/pipeline.{yml,yaml,json}',
          '/project.{yml,yaml,json}',
        ])
        .describe('Files whose change deserves a second look'),
    })
    .prefault({}),
  lock_files: Weight.default('warn').describe('A lock file changed without its manifest, or the other way round'),
  licences: z
    .strictObject({
      weight: Weight.default('warn'),
      allowed: strings.default([
        'MIT',
        'ISC',
        'BSD-2-Clause',
        'BSD-3-Clause',
        'Apache-2.0',
        '0BSD',
        'Unlicense',
        'CC0-1.0',
        'Python-2.0',
        'PSF-2.0',
        'MIT-0',
        'Zlib',
        'BSL-1.0',
        'Unicode-3.0',
        'BlueOak-1.0.0',
      ]),
    })
    .prefault({}),
  commits: z
    .strictObject({
      weight: Weight.default('off'),
      pattern: z.string().max(300).optional().describe("RE2 pattern of a commit's first line; default: Conventional Commits"),
    })
    .prefault({}),
  owners: Weight.default('note').describe('CODEOWNERS who must be asked'),
  ignore: strings.default([]).describe('Globs of paths that the review leaves alone'),
  model: z.boolean().default(true).describe('Ask a model for a second opinion where one is configured'),
});
export type ReviewRules = z.infer<typeof ReviewRules>;
