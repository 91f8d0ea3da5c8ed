import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { leftPad } from '../support/auditServer.ts';
import { kill } from '../support/installation.ts';
import { flakyTests, leftPadFiles, shopFiles } from '../support/shop.ts';
import { openTeam, type Team } from '../support/team.ts';

const open: { team?: Team; up?: ChildProcess } = {};
const project = `isolation: process
people:
  ada: { github: ada, slack: U0ADA }
  grace: { github: grace, slack: U0GRACE }
roles: { releasers: [ada, grace] }
notify: { slack: { channel: "#general", mentions: [ada] } }
environments:
  staging:
    protected: true
    approvals: [{ role: releasers, remind_every: 10 minutes }]
    revert: true
`;
const soon = { timeout: 90_000, interval: 200 };

beforeAll(async () => {
  const team = await openTeam({ 'left-pad': [leftPad] });
  open.team = team;
  await team.github.repository().commit(shopFiles({ flag: join(team.installation.home, 'flag'), project }));
  open.up = await team.up();
}, 120_000);
afterAll(() => open.team?.close());
// What a person would look at first.
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail' || !open.team) return;
  const { installation, environment } = open.team;
  for (const verb of ['runs', 'show', 'approvals', 'locks']) {
    const { stdout, stderr } = await installation.run([verb], environment);
    process.stderr.write(`$ mainstay ${verb}\n${stdout}${stderr}\n`);
  }
});

const parts = () => {
  const team = open.team!;
  const shop = team.github.repository();
  const checks = (sha: string) =>
    Object.fromEntries(shop.checkRuns(sha).map(({ name, conclusion }) => [name.replace('mainstay / ', ''), conclusion ?? 'open']));
  const story = async (number: number) => (await shop.comments(number)).map(({ body }) => body);
  const slackTexts = async () => {
    const messages = await team.slack.messages();
    const replies = await Promise.all(messages.map(({ ts }) => team.slack.replies(ts)));
    return JSON.stringify([messages, replies]);
  };
  return { team, shop, checks, story, slackTexts };
};

describe('a team with GitHub and Slack', () => {
  test('push, webhook, lint passes, two tests fail and pass at the retry, build passes, a new high vulnerability halts, Slack gets the report', async () => {
    const { team, shop, checks, slackTexts } = parts();
    const sha = await shop.push(leftPadFiles({ version: '1.2.0', registry: team.registry }));
    await expect.poll(() => shop.statuses(sha).map(({ state }) => state), soon).toContain('failure');
    await expect
      .poll(() => checks(sha))
      .toEqual({ lint: 'success', test: 'success', build: 'success', security: 'failure', deploy: 'skipped' });
    await expect.poll(slackTexts, soon).toContain('left-pad');
    const said = await slackTexts();
    expect(said).toMatch(/failed/);
    for (const name of flakyTests) expect(said).toContain(name);
    expect(shop.deployments()).toEqual([]);
    const figures = await (await fetch(team.metrics)).text();
    expect(figures).toMatch(/^mainstay_runs\{.*repository="acme\/shop".*status="failed".*\} 1$/m);
    expect(figures).toMatch(/^mainstay_stage_duration.*agent="test"/m);
  });

  test('a pull request is reviewed, checked, approved by the right person, deployed under its lock, watched and told', async () => {
    const { team, shop, checks, story } = parts();
    const { number, head } = await shop.open({
      branch: 'fix',
      by: 'grace',
      files: {
        ...leftPadFiles({ version: '1.3.0', registry: team.registry }),
        'src/greet.js': "export const greet = (name) => 'Hello, ' + name;\n",
        'test/greet.test.js':
          "import { test } from 'node:test';\nimport assert from 'node:assert';\nimport { greet } from '../src/greet.js';\ntest('greets', () => assert.equal(greet('Ada'), 'Hello, Ada'));\n",
      },
    });
    await expect.poll(() => shop.reviews(number).length, soon).toBe(1);
    await expect
      .poll(() => checks(head), soon)
      .toMatchObject({ lint: 'success', test: 'success', build: 'success', security: 'success', deploy: 'open' });
    await expect.poll(() => story(number), soon).toContainEqual(expect.stringContaining('/mainstay approve'));
    expect(shop.labels(number)).toContain('mainstay: waiting');

    await shop.comment(number, '/mainstay approve', { by: 'grace' });
    await expect.poll(() => story(number), soon).toContainEqual(expect.stringMatching(/Not taken.*grace/));
    await shop.comment(number, '/mainstay approve', { by: 'mallory' });
    await expect.poll(async () => (await story(number)).filter((text) => text.includes('Not taken')).length, soon).toBe(2);

    await expect.poll(async () => JSON.stringify(await team.slack.messages()), soon).toContain('Approve');

    // Server, workers and gateway die while people are asked; what was asked and answered stands.
    await kill(open.up!);
    open.up = await team.up();
    const clicked = await team.slack.click({ to: `${team.url}/webhooks/slack`, button: 'Approve', user: 'U0ADA' });
    expect(clicked.status).toBe(200);
    await expect.poll(() => checks(head), soon).toMatchObject({ deploy: 'success' });
    await expect.poll(() => shop.deployments().at(-1)?.statuses.at(-1)?.state, soon).toBe('success');
    const url = shop.deployments().at(-1)?.statuses.at(-1)?.environment_url ?? '';
    expect(await (await fetch(url)).text()).toBe('Hello, you');
    await expect.poll(() => shop.labels(number), soon).toEqual(['mainstay: passed']);
    const stories = (await story(number)).filter((text) => text.includes('mainstay:run'));
    expect(stories).toHaveLength(1);
    expect(stories[0]).toMatch(/approved by/);

    const shown = await team.installation.run(['show', 'last', '--json'], team.environment);
    expect(JSON.parse(shown.stdout)).toMatchObject({ status: 'passed', decisions: [{ granted: true, by: 'ada' }] });
    await shop.merge(number, { by: 'ada' });
  });

  test('a release that turns unhealthy is rolled back, a revert is proposed, and people are told', async () => {
    const { team, shop, checks, slackTexts } = parts();
    const sha = await shop.push({
      'src/server.js':
        "import { createServer } from 'node:http';\ncreateServer((_, answer) => answer.end('broken')).listen(process.env.PORT, '127.0.0.1');\nsetTimeout(() => process.exit(1), 900);\n",
    });
    await expect.poll(async () => JSON.stringify(await team.slack.messages()), soon).toContain(sha.slice(0, 7));
    await expect
      .poll(async () => (await team.installation.run(['approve', sha.slice(0, 12), '--as', 'grace'], team.environment)).code, soon)
      .toBe(0);
    await expect.poll(() => checks(sha)['deploy'], soon).toBe('failure');
    await expect.poll(() => shop.pulls().filter(({ head }) => head.ref.startsWith('mainstay/revert-')).length, soon).toBe(1);
    await expect.poll(slackTexts, soon).toContain('rolled back');
    expect(await (await fetch(shop.deployments().at(-2)?.statuses.at(-1)?.environment_url ?? '')).text()).toBe('Hello, you');
  });

  test('a fork’s pull request runs by the base’s pipeline and rules; its code gets no trust, and nothing of it is deployed', async () => {
    const { team, shop, story } = parts();
    const fork = team.github.repository('mallory/shop');
    const { number, head } = await shop.open({
      branch: 'gift',
      from: fork,
      by: 'mallory',
      files: {
        'pipeline.yml': 'pipeline: { stages: [deploy], deploy_environment: elsewhere }\n',
        'project.yml': 'environments: { staging: { protected: false } }\n',
      },
    });
    await expect.poll(() => shop.statuses(head).map(({ state }) => state), soon).toContain('error');
    const names = shop.checkRuns(head).map(({ name }) => name.replace('mainstay / ', ''));
    expect(names.toSorted()).toEqual(['build', 'deploy', 'lint', 'security', 'test']);
    expect(await story(number)).toContainEqual(expect.stringContaining('it is not trusted'));
    expect(JSON.stringify(shop.deployments())).not.toContain('elsewhere');
    await shop.comment(number, '/mainstay deploy staging', { by: 'mallory' });
    await expect.poll(() => story(number), soon).toContainEqual(expect.stringContaining('mallory may not do that'));
    await shop.close(number);
  });

  test('a newer push takes the place of the older run, and a command ends the newest', async () => {
    const { shop, story } = parts();
    const { number } = await shop.open({ branch: 'docs', by: 'ada', files: { 'README.md': 'one\n' } });
    await shop.push({ 'README.md': 'two\n' }, { branch: 'docs' });
    const head = await shop.push({ 'README.md': 'three\n' }, { branch: 'docs' });
    await expect.poll(() => shop.statuses(head).length, soon).toBeGreaterThan(0);
    await expect.poll(() => story(number), soon).toContainEqual(expect.stringContaining(head.slice(0, 7)));
    await shop.comment(number, '/mainstay cancel', { by: 'ada' });
    await expect.poll(() => story(number), soon).toContainEqual(expect.stringContaining('Cancelled'));
    await shop.close(number);
  });
}, 240_000);
