import type { Log, ReportingDescriptor, Result, Run } from 'sarif';
import { z } from 'zod';
import { type Finding, UnreadableFindings } from './finding.ts';

/** SARIF 2.1.0 with one run per linter; `fresh` marks findings on changed lines. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function toSarif(findings: readonly Finding[], tools: readonly string[], isFresh: (finding: Finding) => boolean): Log {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: tools.map((tool) => toRun(tool, findings.filter((finding) => finding.tool === tool), isFresh)), // prettier-ignore
  };
}

function toRun(tool: string, findings: readonly Finding[], isFresh: (finding: Finding) => boolean): Run {
  const rules: ReportingDescriptor[] = [...new Set(findings.map(({ rule }) => rule))].map((id) => ({ id }));
  return {
    tool: { driver: { name: tool, rules } },
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => toResult(finding, isFresh(finding))),
  };
}

function toResult({ rule, level, message, path, line, column }: Finding, fresh: boolean): Result {
  // SARIF counts from 1; some tools say 0 for the whole file.
  const region =
    line === undefined || line < 1
      ? undefined
      : { startLine: line, ...(column === undefined || column < 1 ? {} : { startColumn: column }) };
  return {
    ruleId: rule,
    level,
    message: { text: message },
    ...(path === ''
      ? {}
      : { locations: [{ physicalLocation: { artifactLocation: { uri: encodeURI(path), uriBaseId: '%SRCROOT%' }, region } }] }),
    properties: { fresh },
  };
}

const Foreign = z.object({
  runs: z.array(
    z.object({
      tool: z.object({ driver: z.object({ name: z.string() }) }),
      results: z
        .array(
          z.object({
            ruleId: z.string().optional(),
            level: z.enum(['error', 'warning', 'note', 'none']).optional(),
            message: z.object({ text: z.string().optional() }),
            locations: z
              .array(
                z.object({
                  physicalLocation: z
                    .object({
                      artifactLocation: z.object({ uri: z.string().optional() }).optional(),
                      region: z.object({ startLine: z.number().optional(), startColumn: z.number().optional() }).optional(),
                    })
                    .optional(),
                }),
              )
              .optional(),
          }),
        )
        .nullish(),
    }),
  ),
});

/** Findings of a SARIF file that somebody else wrote. `toPath` makes its URIs relative to the repository's root. */
export function fromSarif(text: string, toPath: (uri: string) => string): Finding[] {
  let parsed: z.infer<typeof Foreign>;
  try {
    parsed = Foreign.parse(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch (error) {
    throw new UnreadableFindings(`is no SARIF 2.1.0 (${error instanceof Error ? error.message.slice(0, 200) : String(error)})`);
  }
  return parsed.runs.flatMap(({ tool, results }) =>
    (results ?? []).map((result): Finding => {
      const place = result.locations?.[0]?.physicalLocation;
      const uri = place?.artifactLocation?.uri;
      return {
        tool: tool.driver.name,
        rule: result.ruleId ?? tool.driver.name,
        level: result.level === 'none' ? 'note' : (result.level ?? 'warning'),
        message: result.message.text ?? '',
        path: uri === undefined ? '' : toPath(uri),
        line: place?.region?.startLine,
        column: place?.region?.startColumn,
      };
    }),
  );
}
