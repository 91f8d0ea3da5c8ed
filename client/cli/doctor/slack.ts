import { createSlackApi } from '../../../activities/report/slack/slackApi.ts';
import type { SlackSettings } from '../../../config/services.ts';
import { absent, answering } from './answering.ts';
import type { Part } from './part.ts';
import { secretPart } from './secretPart.ts';

const service = {
  name: 'Slack',
  costs: 'nobody is told or asked in Slack',
  fix: 'set MAINSTAY_SLACK_TOKEN to the bot token of the installed app (docs/slack.md)',
};

/** Slack with the token of the settings, and the secret by which its clicks are known. */
export async function lookAtSlack(settings: SlackSettings | undefined, signingSecrets: readonly string[]): Promise<Part[]> {
  const clicks = secretPart(signingSecrets, {
    name: 'Slack signing secret',
    costs: 'no button in Slack decides anything',
    fix: 'set MAINSTAY_SLACK_SIGNING_SECRET to the signing secret of the app',
  });
  if (settings === undefined) return [absent(service), clicks];
  const ask = async () => {
    const { user, team } = await createSlackApi(settings).whoAmI();
    return [user, team && `in ${team}`].filter(Boolean).join(' ') || 'the token is good';
  };
  return [await answering(service, { ask, secrets: [settings.token] }), clicks];
}
