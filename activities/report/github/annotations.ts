import { z } from 'zod';
import { failureType } from '../../../schemas/failures.ts';
import { plainLine } from '../../../schemas/plainText.ts';
import type { StageRecord } from '../../../schemas/runPipeline.ts';
import type { ArtifactStore } from '../../lib/workbench.ts';
import { outgoing } from './outgoing.ts';

/** One finding at a line, as GitHub takes it. */
export type Annotation = {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: 'failure' | 'warning' | 'notice';
  title: string;
  message: string;
};

const mostAnnotations = 300;
const largestSarif = 8 * 2 ** 20;
const levels = { error: 'failure', warning: 'warning', note: 'notice', none: 'notice' } as const;
const order = ['failure', 'warning', 'notice'];

const Place = z.object({
  physicalLocation: z
    .object({
      artifactLocation: z.object({ uri: z.string().optional() }).optional(),
      region: z.object({ startLine: z.number().optional(), endLine: z.number().optional() }).optional(),
    })
    .optional(),
});
const Result = z.object({
  ruleId: z.string().default('finding'),
  level: z.enum(['error', 'warning', 'note', 'none']).catch('warning').default('warning'),
  message: z.object({ text: z.string().default('') }),
  locations: z.array(Place).default([]),
  suppressions: z.array(z.unknown()).default([]),
});
const SarifLog = z.object({ runs: z.array(z.object({ results: z.array(Result).nullish() })) });

/** What a stage found, most severe first, at most 300; always in the same order. What a waiver excuses and what has no place is left out. */
export async function annotationsOf(store: Pick<ArtifactStore, 'get'>, { result }: StageRecord): Promise<Annotation[]> {
  const blobs = (result?.artifacts ?? []).flatMap(({ kind, blob }) =>
    kind === 'sarif' && blob && blob.size <= largestSarif ? [blob] : [],
  );
  const found: Annotation[] = [];
  for (const blob of blobs) {
    const content = await store.get(blob).catch((error: unknown) => {
      // The check without its lines is better than none.
      if (failureType(error) === 'ArtifactMissing') return new Uint8Array();
      throw error;
    });
    found.push(...readFindings(Buffer.from(content).toString('utf8')));
  }
  return found.toSorted((a, b) => order.indexOf(a.annotation_level) - order.indexOf(b.annotation_level)).slice(0, mostAnnotations);
}

function readFindings(text: string): Annotation[] {
  const log = SarifLog.safeParse(parsed(text));
  if (!log.success) return [];
  return log.data.runs.flatMap(({ results }) => (results ?? []).flatMap(annotationOf));
}

function annotationOf({ ruleId, level, message, locations, suppressions }: z.infer<typeof Result>): Annotation[] {
  const place = locations[0]?.physicalLocation;
  const path = pathOf(place?.artifactLocation?.uri);
  if (path === undefined || suppressions.length > 0) return [];
  const start = lineOf(place?.region?.startLine, 1);
  const text = (value: string, longest: number, otherwise: string) => outgoing(plainLine(value, longest)) || otherwise;
  return [
    {
      path,
      start_line: start,
      end_line: Math.max(start, lineOf(place?.region?.endLine, start)),
      annotation_level: levels[level],
      title: text(ruleId, 200, 'finding'),
      message: text(message.text, 2000, ruleId),
    },
  ];
}

/** A path inside the repository; undefined for anything else. */
function pathOf(uri: string | undefined): string | undefined {
  const path = decoded(uri ?? '').replace(/^\.\//, '');
  const isOutside = path === '' || path.length > 1000 || /^[/\\]|^[a-z][a-z0-9+.-]*:|\p{Cc}/iu.test(path) || path.split('/').includes('..');
  return isOutside ? undefined : path;
}

function lineOf(line: number | undefined, otherwise: number): number {
  return line !== undefined && Number.isSafeInteger(line) && line >= 1 ? line : otherwise;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
