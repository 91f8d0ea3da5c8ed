import { z } from 'zod';

/** One object as a repository wrote it; what is not named here is kept as it is. */
export const Manifest = z.looseObject({
  apiVersion: z.string().regex(/^(?:[a-z0-9][a-z0-9.-]*\/)?v[a-z0-9]+$/, 'expected a version such as apps/v1'),
  kind: z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, 'expected a kind such as Deployment'),
  metadata: z.looseObject({
    name: z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._:-]*[A-Za-z0-9])?$/, 'expected letters, digits, dashes and dots'),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
});
export type Manifest = z.infer<typeof Manifest>;

/** Kinds whose pods a deploy waits for and watches. */
export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const;
export type WorkloadKind = (typeof workloadKinds)[number];

/** `Deployment/shop`: how an object is called in messages and settings. */
export function nameOf({ kind, metadata }: Pick<Manifest, 'kind' | 'metadata'>): string {
  return `${kind}/${metadata.name}`;
}

/** True for an object whose pods are watched. */
export function isWorkload({ apiVersion, kind }: Pick<Manifest, 'apiVersion' | 'kind'>): boolean {
  return apiVersion === 'apps/v1' && (workloadKinds as readonly string[]).includes(kind);
}
