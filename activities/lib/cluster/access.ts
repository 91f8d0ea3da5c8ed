import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { failure } from '../../../schemas/failures.ts';

/** How this worker reaches clusters: a setting of the machine, never of a repository. */
export type ClusterAccess = {
  /** Path of a kubeconfig (several, as KUBECONFIG has them); absent: the pod's own account inside a cluster, else `~/.kube/config`. */
  kubeconfig?: string;
  /** Contexts that a repository may name with `with.context`; absent: only the current one. */
  contexts?: readonly string[];
};

/** The configuration with its context chosen; `NotConfigured` without a cluster, `NotAuthorized` for a context that this worker does not offer. */
export function chooseContext(access: ClusterAccess, wanted: string | undefined): KubeConfig {
  const config = loadConfiguration(access);
  const offered = [config.getCurrentContext(), ...(access.contexts ?? [])];
  if (wanted !== undefined) {
    if (!offered.includes(wanted)) {
      const how = 'add it to MAINSTAY_KUBE_CONTEXTS of the worker, or leave with.context out';
      throw failure('NotAuthorized', `this worker does not deploy to the context ${wanted}: ${how}`);
    }
    config.setCurrentContext(wanted);
  }
  if (config.getCurrentCluster() === null) {
    throw failure(
      'NotConfigured',
      `the kubeconfig of this worker has no cluster for the context ${config.getCurrentContext() || '(none)'}`,
    );
  }
  return config;
}

/** Files of the kubeconfig that other programs should be given as well; empty inside a cluster. */
export function kubeconfigFiles({ kubeconfig }: ClusterAccess): string[] {
  if (kubeconfig !== undefined) return kubeconfig.split(delimiter).filter((path) => path !== '' && existsSync(path));
  const usual = join(homedir(), '.kube', 'config');
  return !insideCluster() && existsSync(usual) ? [usual] : [];
}

function loadConfiguration(access: ClusterAccess): KubeConfig {
  const config = new KubeConfig();
  const [first, ...others] = kubeconfigFiles(access);
  if (first === undefined) {
    if (access.kubeconfig === undefined && insideCluster()) {
      config.loadFromCluster();
      return config;
    }
    const missing = access.kubeconfig === undefined ? 'this worker knows no cluster' : `${access.kubeconfig} does not exist`;
    throw failure(
      'NotConfigured',
      `${missing}: set KUBECONFIG of the worker to the path of a kubeconfig, or run the worker in the cluster`,
    );
  }
  try {
    config.loadFromFile(first);
    for (const path of others) {
      const further = new KubeConfig();
      further.loadFromFile(path);
      config.mergeConfig(further, true);
    }
  } catch (error) {
    // The lines after the first quote the file, and the cause would take them into the run's record: there are tokens in it.
    const [reason] = String(error).split('\n');
    throw failure('NotConfigured', `the kubeconfig ${first} cannot be read: ${reason}; correct it, or set KUBECONFIG to another`);
  }
  return config;
}

function insideCluster(): boolean {
  return process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
}
