import type { Services } from '../../../config/services.ts';
import { lookAtClusters } from './clusters.ts';
import { lookAtGateway } from './gateway.ts';
import { lookAtGitHub } from './github.ts';
import { lookAtMail } from './mail.ts';
import { lookAtModel } from './model.ts';
import type { Part } from './part.ts';
import { lookAtSlack } from './slack.ts';

/** Asks every outside service that is configured whether it answers; says of the others what they are for. All at once. */
export async function lookAtServices({ github, slack, mail, model, cluster, gateway }: Services): Promise<Part[]> {
  const parts = await Promise.all([
    lookAtGitHub(github, gateway.githubSecrets),
    lookAtSlack(slack, gateway.slackSecrets),
    lookAtMail(mail),
    lookAtModel(model),
    lookAtClusters(cluster),
    lookAtGateway(gateway),
  ]);
  return parts.flat();
}
