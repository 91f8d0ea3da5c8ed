import type Dockerode from 'dockerode';
import { failureType } from '../../../schemas/failures.ts';
import type { BuildSettings } from '../../../schemas/settings.ts';
import { type ClusterAccess, chooseContext } from '../../lib/cluster/access.ts';

type Choice = { settings: BuildSettings; docker?: Dockerode; access?: ClusterAccess };

/** Who builds the image: as the settings say; of themselves Docker where its daemon answers, else Kaniko where there is a cluster and a registry. */
export async function chooseBuilder({ settings, docker, access = {} }: Choice): Promise<'docker' | 'kaniko' | 'buildkit'> {
  if (settings.builder !== 'auto') return settings.builder;
  const answers = await docker?.ping().then(
    () => true,
    () => false,
  );
  if (answers === true || settings.push === undefined) return 'docker';
  return hasCluster(access, settings) ? 'kaniko' : 'docker';
}

function hasCluster(access: ClusterAccess, { job }: BuildSettings): boolean {
  try {
    chooseContext(access, job.context);
    return true;
  } catch (error) {
    if (failureType(error) === 'NotConfigured') return false;
    throw error;
  }
}
