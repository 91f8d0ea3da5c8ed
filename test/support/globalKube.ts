import type { TestProject } from 'vitest/node';
import { kubePrograms } from './kube/programs.ts';
import { startKube } from './kube/startKube.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    kubeconfig: string | undefined;
    kubeMissing: string | undefined;
  }
}

/** One control plane for all tests of the project; without Go the tests skip and say why. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const programs = await kubePrograms();
  if ('missing' in programs) {
    process.stderr.write(`tests on Kubernetes skip: ${programs.missing}\n`);
    project.provide('kubeconfig', undefined);
    project.provide('kubeMissing', programs.missing);
    return undefined;
  }
  const kube = await startKube(programs);
  project.provide('kubeconfig', kube.kubeconfig);
  project.provide('kubeMissing', undefined);
  return kube.stop;
}
