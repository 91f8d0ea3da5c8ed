import { failure } from '../../../schemas/failures.ts';
import { fenceMapPrefix } from './fenceMap.ts';
import { type Manifest, nameOf } from './manifest.ts';

// Those that every cluster has; the kinds of a cluster's own extensions are asked for when they are applied.
const clusterScoped = new Set(
  `APIService CSIDriver CSINode CertificateSigningRequest ClusterRole ClusterRoleBinding ClusterTrustBundle ComponentStatus
  CustomResourceDefinition FlowSchema IPAddress IngressClass MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration
  Namespace Node PersistentVolume PodSecurityPolicy PriorityClass PriorityLevelConfiguration RuntimeClass ServiceCIDR StorageClass
  StorageVersionMigration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration VolumeAttachment
  VolumeAttributesClass`.split(/\s+/),
);

/** Refuses, with `InvalidConfiguration`, objects that reach further than the one namespace that the stage deploys to. */
export function refuseFarReaching(manifests: readonly Manifest[], namespace: string): void {
  const seen = new Set<string>();
  for (const manifest of manifests) {
    const name = nameOf(manifest);
    const where = `manifests: ${name}`;
    if (manifest.kind === 'Kustomization') refuse(`${where} is for kustomize, which is not run: commit what it renders`);
    if (clusterScoped.has(manifest.kind)) refuse(clusterWide(name));
    const own = manifest.metadata.namespace;
    if (own !== undefined && own !== namespace) {
      refuse(
        `${where} is for the namespace ${own}, and the stage deploys to ${namespace}: set with.namespace, or leave it out of the manifest`,
      );
    }
    if (manifest.metadata.name.startsWith(fenceMapPrefix))
      refuse(`${where}: names with ${fenceMapPrefix} are kept for the fence of a deploy`);
    const identity = `${manifest.apiVersion} ${name}`;
    if (seen.has(identity)) refuse(`${where} is there twice: keep one of them`);
    seen.add(identity);
  }
}

/** Why a cluster-wide object is not deployed. */
export function clusterWide(name: string): string {
  return `manifests: ${name} belongs to the whole cluster, and a pipeline deploys to one namespace only: have the cluster's operators apply it`;
}

function refuse(problem: string): never {
  throw failure('InvalidConfiguration', problem);
}
