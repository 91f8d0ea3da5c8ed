import { z } from 'zod';
import type { StageResult } from '../../../schemas/stage.ts';
import type { ChangeRefusal } from '../../../schemas/testReport.ts';
import type { ArtifactStore } from '../../lib/workbench.ts';

/** Of the SARIF that our linter and scanner keep. */
const Sarif = z.object({
  runs: z.array(
    z.object({
      tool: z.object({ driver: z.object({ name: z.string() }) }),
      results: z.array(
        z.object({
          ruleId: z.string(),
          level: z.string(),
          message: z.object({ text: z.string() }),
          locations: z
            .array(
              z.object({
                physicalLocation: z.object({
                  artifactLocation: z.object({ uri: z.string() }),
                  region: z.object({ startLine: z.number() }).partial().optional(),
                }),
              }),
            )
            .optional(),
          baselineState: z.string().optional(),
          suppressions: z.array(z.unknown()).optional(),
          properties: z.object({ severity: z.string(), fresh: z.boolean() }).partial().optional(),
        }),
      ),
    }),
  ),
});
type Found = z.infer<typeof Sarif>['runs'][number]['results'][number];

const most = 20;

/** Findings of a stage that a change brings in and that block it. */
export async function freshFindings(store: ArtifactStore, result: StageResult, kind: 'lint' | 'security'): Promise<ChangeRefusal[]> {
  const blob = result.artifacts.find((artifact) => artifact.kind === 'sarif')?.blob;
  if (blob === undefined) return [];
  const sarif = Sarif.parse(JSON.parse(Buffer.from(await store.get(blob)).toString('utf8')));
  const found = sarif.runs.flatMap(({ tool, results }) =>
    results.filter(kind === 'lint' ? blocksLint : blocksSecurity).map((one) => ({ tool: tool.driver.name, one })),
  );
  return found.slice(0, most).map(({ tool, one }) => {
    const place = one.locations?.[0]?.physicalLocation;
    const line = place?.region?.startLine;
    const rule = kind === 'lint' ? 'lint' : /^(?:secretlint|gitleaks)$/.test(tool) ? 'secret' : 'static-scan';
    const message = `${line === undefined ? '' : `line ${line}: `}${one.message.text.slice(0, 300)} (${tool} ${one.ruleId})`;
    return { rule, path: decodeURI(place?.artifactLocation.uri ?? '.'), message };
  });
}

function blocksLint({ level, properties }: Found): boolean {
  return level === 'error' && properties?.fresh === true;
}

function blocksSecurity({ baselineState, suppressions, properties }: Found): boolean {
  return baselineState === 'new' && (suppressions ?? []).length === 0 && /^(?:high|critical)$/.test(properties?.severity ?? '');
}
