import { join } from 'node:path';
import getPort from 'get-port';
import { startAuditServer } from './auditServer.ts';
import { type GitHubServer, startGitHub } from './github/startGitHub.ts';
import { type Installation, openInstallation } from './installation.ts';
import { npmHome } from './shop.ts';
import { type EmulatedSlack, signingSecret, startSlack, botToken } from './slack/slack.ts';

const webhookSecret = 'the webhook secret of the tests';

export type Team = {
  installation: Installation;
  github: GitHubServer;
  slack: EmulatedSlack;
  registry: string;
  /** Page of figures that Prometheus reads. */
  metrics: string;
  /** Where the gateway listens. */
  url: string;
  environment: Record<string, string>;
  /** `mainstay up`, as a team would run it; again after a kill. */
  up(): Promise<Awaited<ReturnType<Installation['start']>>>;
  close(): Promise<void>;
};

type Advisories = Parameters<typeof startAuditServer>[0];

/** A team's installation: GitHub App with webhook, Slack app, registry, and a Mainstay of its own with all of them configured. */
export async function openTeam(advisories: Advisories = {}): Promise<Team> {
  const installation = await openInstallation();
  const [github, slack, port] = [
    await startGitHub({ repositories: ['acme/shop', { name: 'mallory/shop', parent: 'acme/shop' }] }),
    await startSlack(),
    await getPort({ host: '127.0.0.1' }),
  ];
  const registry = await startAuditServer(advisories);
  const metrics = `127.0.0.1:${await getPort({ host: '127.0.0.1' })}`;
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    ...github.environment(),
    ...(await npmHome(join(installation.home, 'person'), registry.url)),
    MAINSTAY_GITHUB_WEBHOOK_SECRET: webhookSecret,
    MAINSTAY_TRUSTED_REPOSITORIES: 'acme/*',
    MAINSTAY_SLACK_TOKEN: botToken,
    MAINSTAY_SLACK_API: slack.api,
    MAINSTAY_SLACK_SIGNING_SECRET: signingSecret,
    MAINSTAY_LISTEN: `127.0.0.1:${port}`,
    MAINSTAY_METRICS: metrics,
  };
  github.webhooksTo({ url: `${url}/webhooks/github`, secret: webhookSecret });
  return {
    installation,
    github,
    slack,
    registry: registry.url,
    metrics: `http://${metrics}/metrics`,
    url,
    environment,
    up: () => installation.start(['up'], /Workers {3}ready/, environment),
    async close() {
      github.webhooksTo(undefined);
      await installation.close();
      await github.close();
      await slack.close();
    },
  };
}
