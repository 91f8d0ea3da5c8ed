import semver from 'semver';
import { z } from 'zod';
import type { Versions } from './lock.ts';

const Advisory = z.object({
  id: z.union([z.number(), z.string()]),
  url: z.string().default(''),
  title: z.string().default('vulnerability'),
  severity: z.string().optional(),
  vulnerable_versions: z.string().default('*'),
});
/** Package name → advisories, as the registry answers them. */
const Answer = z.record(z.string(), z.array(Advisory));
export type Advisories = z.infer<typeof Answer>;

type Question = { registry: string; versions: readonly Versions[]; signal: AbortSignal; timeoutMs: number };

/** Asks the registry's bulk endpoint; anything but a readable answer is `unavailable`. https://docs.npmjs.com/cli/v11/commands/npm-audit#bulk-advisory-endpoint */
export async function askAdvisories({
  registry,
  versions,
  signal,
  timeoutMs,
}: Question): Promise<{ advisories: Advisories } | { unavailable: string }> {
  const body = merged(versions);
  try {
    const response = await fetch(`${registry.replace(/\/+$/, '')}/-/npm/v1/security/advisories/bulk`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      // Longer than any answer takes that comes at all.
      signal: AbortSignal.any([signal, AbortSignal.timeout(Math.min(timeoutMs, 60_000))]),
    });
    if (!response.ok) return { unavailable: `registry answered ${response.status}` };
    const answer = Answer.safeParse(await response.json());
    return answer.success ? { advisories: answer.data } : { unavailable: 'the registry answered something else than advisories' };
  } catch (error) {
    signal.throwIfAborted();
    return { unavailable: `registry not reached: ${reason(error)}` };
  }
}

/** The advisories of a package whose range holds one of its versions. */
export function affecting(advisories: Advisories, name: string, present: ReadonlySet<string>) {
  return (Object.hasOwn(advisories, name) ? (advisories[name] ?? []) : []).flatMap(({ id, url, ...advisory }) => {
    const affected = [...present].filter((version) =>
      semver.satisfies(version, advisory.vulnerable_versions, { includePrerelease: true, loose: true }),
    );
    const rule = /GHSA(?:-[0-9a-z]{4}){3}/.exec(url)?.[0] ?? `npm-${id}`;
    return affected.length === 0 ? [] : [{ ...advisory, rule, affected }];
  });
}

function merged(sets: readonly Versions[]): Record<string, string[]> {
  const all = new Map<string, Set<string>>();
  for (const [name, versions] of sets.flatMap((set) => [...set])) all.set(name, new Set([...(all.get(name) ?? []), ...versions]));
  return Object.fromEntries([...all].map(([name, versions]) => [name, [...versions]]));
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
