/** Page of a run in Temporal's Web UI; undefined where no Web UI is known. */
export function linkTo(
  { uiUrl, namespace }: { uiUrl?: string; namespace: string },
  { workflowId, runId }: { workflowId: string; runId: string },
): string | undefined {
  return uiUrl && `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
}
