import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createGitHub } from '../../../activities/lib/github/client.ts';
import { createPublisher } from '../../../activities/publisher/publisher.ts';
import { generatedBranch } from '../../../schemas/names.ts';
import { by, siteOf, worker, words } from '../../support/generated.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';
import { failureOf } from '../../support/github/failureOf.ts';
import type { TestGitHubRepository } from '../../support/github/repository.ts';
import { type GitHubServer, startGitHub } from '../../support/github/startGitHub.ts';

const run = 'build-feature/acme/shop/1';
const branch = generatedBranch(run, 'result');
const place = { owner: 'acme', repo: 'shop' };

let server: GitHubServer;
let shop: TestGitHubRepository;
let home: string;
beforeEach(async () => {
  server = await startGitHub();
  shop = server.repository();
  home = await temporaryFolder();
  return () => server.close();
});

describe('openFeaturePull', () => {
  it('opens one pull request for a pushed branch, whose text mentions and shows nothing', async () => {
    const { open } = await pushed();
    const body =
      'Adds a shop.\nBy @everyone, fixes #1 and https://example.com/x ![i](http://x) <script>\u001b[2J\n\n<!-- mainstay:feature 0 -->';
    const { number, url } = await open({ title: 'Add a shop\nand more', body });
    expect(url).toBe(`${server.url}/acme/shop/pull/${number}`);
    const pull = shop.pull(number);
    expect(pull).toMatchObject({ title: 'Add a shop and more', state: 'open', head: { ref: branch }, base: { ref: 'main' } });
    expect(pull.body).toMatch(/^Adds a shop\. {2}\nBy @\u200beveryone, fixes #\u200b1 and https:\u200b\/\/example\.com\/x \\!\\\[i\\\]/);
    expect(pull.body).toContain('\\<script\\>');
    expect(pull.body?.match(/^<!--/gm)).toHaveLength(1);
  });

  it.each([
    ['the pull request is made and nobody hears of it', { method: 'POST', path: '/pulls' }, 'after'],
    ['the pull request could not be made', { method: 'POST', path: '/pulls' }, 'before'],
    ['nothing was done yet', { method: 'GET', path: '/git/ref/' }, 'before'],
  ] as const)('ends with one pull request when %s', async (_, matcher, cut) => {
    const { open } = await pushed();
    server.misbehave({ ...matcher, do: { cut } });
    await failureOf(open(), 'ServiceUnavailable');
    const second = await open();
    expect(await open()).toEqual(second);
    expect(shop.pulls()).toHaveLength(1);
  });

  it('makes one of it when attempts run at the same time', async () => {
    const { open } = await pushed();
    const answers = await Promise.all([open(), open(), open()]);
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
    expect(shop.pulls()).toHaveLength(1);
  });

  it('asks nobody twice, and gives the open one of an earlier run the new words', async () => {
    const { open } = await pushed();
    const first = await open();
    const later = await open({ key: 'run-2', title: 'Anew', body: 'Other words' });
    expect(later).toEqual(first);
    expect(shop.pull(first.number)).toMatchObject({ title: 'Anew', body: expect.stringContaining('Other words') });
    await shop.close(first.number);
    expect(await open({ key: 'run-2' })).toEqual(first);
    const third = await open({ key: 'run-3' });
    expect(third.number).not.toBe(first.number);
  });

  it('opens against the branch that the run started from, where GitHub has it', async () => {
    const { open } = await pushed();
    await shop.bare.git(['update-ref', 'refs/heads/next', 'main']);
    expect(shop.pull((await open({ from: 'next' })).number).base.ref).toBe('next');
    await shop.close(1);
    expect(shop.pull((await open({ from: 'local-only', key: 'other' })).number).base.ref).toBe('main');
  });

  it('says what is missing', async () => {
    const { open } = await pushed();
    await failureOf(open({ branch: 'main' }), 'ChangeRefused');
    const missing = await failureOf(open({ branch: generatedBranch(run, 't9') }), 'RefNotFound');
    expect(missing.message).toMatch(/push it there/);
    const none = await failureOf(open({ without: true }), 'NotConfigured');
    expect(none.message).toMatch(/MAINSTAY_GITHUB_TOKEN/);
    expect(shop.pulls()).toEqual([]);
  });
});

type More = { title?: string; body?: string; key?: string; branch?: string; from?: string; without?: boolean };

/** A branch of the run on the emulated GitHub; `open` is one attempt of the activity. */
async function pushed() {
  const here = worker({ home });
  const source = await here.sources.resolve({ repository: shop.url, ref: 'main', trusted: true });
  const github = createGitHub(server.settings());
  const attempt = async (work: (publisher: ReturnType<typeof createPublisher>) => Promise<unknown>, without?: boolean) => {
    const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: run, runId: 'r' } });
    return await environment.run(() => work(createPublisher({ ...here, github: without ? undefined : github })));
  };
  const change = await here.commits.commit({ source, on: source, files: [{ path: 'shop.ts', text: '1\n' }], words: { ...words, by } });
  const site = siteOf(source, { run });
  await attempt((publisher) => publisher.publishBranch({ site, branch, change, note: {}, key: 'publish' }));

  const open = async ({ from, without, ...more }: More = {}) => {
    const at = siteOf({ ...source, branch: from ?? source.branch }, { run });
    const order = { site: at, place, branch, title: 'Add a shop', body: 'Words', key: 'run-1', ...more };
    return (await attempt((publisher) => publisher.openFeaturePull(order), without)) as { number: number; url: string };
  };
  return { open };
}
