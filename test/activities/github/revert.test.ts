import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createGitHubAgent } from '../../../activities/github/agent.ts';
import { createGitHub } from '../../../activities/lib/github/client.ts';
import { createSourceReader } from '../../../activities/lib/source.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';
import { failureOf } from '../../support/github/failureOf.ts';
import type { TestGitHubRepository } from '../../support/github/repository.ts';
import { type GitHubServer, startGitHub } from '../../support/github/startGitHub.ts';

let server: GitHubServer;
let shop: TestGitHubRepository;
let home: string;
beforeEach(async () => {
  server = await startGitHub();
  shop = server.repository();
  home = await temporaryFolder();
  return () => server.close();
});

type More = { branch?: string; reason?: string; before?: string };

/** One attempt of the activity, as Temporal makes it. */
async function openRevert(commit: string, more: More = {}) {
  const agent = createGitHubAgent({ github: createGitHub(server.settings()), sources: createSourceReader({ home }) });
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: 'run-1', runId: 'r' } });
  const order = { place: { owner: 'acme', repo: 'shop' }, commit, branch: 'main', reason: 'not healthy', key: 'run-1/revert', ...more };
  return (await environment.run(agent.openRevert, order)) as { number: number; url: string };
}

const reverts = async () => (await shop.branches()).filter((name) => name.startsWith('mainstay/'));
const file = (ref: string, path: string) => shop.bare.git(['show', `${ref}:${path}`]);

describe('openRevert', () => {
  it('opens a pull request that takes one commit back and leaves later ones', async () => {
    await shop.commit({ 'a.txt': 'good\n' });
    const bad = await shop.commit({ 'a.txt': 'bad\n', 'new.txt': 'x' }, { message: 'Break it\n\nbody' });
    await shop.commit({ 'b.txt': 'later\n' });

    const { number, url } = await openRevert(bad, { reason: 'unhealthy\n@everyone <img src=x>' });
    expect(url).toBe(`${server.url}/acme/shop/pull/${number}`);
    const branch = `mainstay/revert-${bad.slice(0, 12)}`;
    expect(await reverts()).toEqual([branch]);
    expect(await file(branch, 'a.txt')).toBe('good');
    expect(await file(branch, 'b.txt')).toBe('later');
    await expect(file(branch, 'new.txt')).rejects.toThrow(/does not exist/);
    const pull = shop.pull(number);
    expect(pull).toMatchObject({ title: 'Revert "Break it"', state: 'open', base: { ref: 'main' }, author: { login: 'mainstay[bot]' } });
    expect(pull.body).toContain('\n    unhealthy @everyone <img src=x>\n');
    expect(await shop.bare.git(['log', '-1', '--format=%an|%B', branch])).toContain(
      `Mainstay|Revert "Break it"\n\nThis reverts commit ${bad}.`,
    );
  });

  it('takes back what a merge brought, and with the commit before also a whole push', async () => {
    const before = (await shop.head()) ?? '';
    const { number } = await shop.open({ branch: 'feature', files: { 'f.txt': '1\n' } });
    const merge = await shop.merge(number);
    await openRevert(merge);
    await expect(file(`mainstay/revert-${merge.slice(0, 12)}`, 'f.txt')).rejects.toThrow(/does not exist/);

    await shop.commit({ 'one.txt': '1' });
    const last = await shop.commit({ 'two.txt': '2' });
    await openRevert(last, { before });
    const tree = await shop.bare.git(['ls-tree', '--name-only', `mainstay/revert-${last.slice(0, 12)}`]);
    expect(tree).toBe('README.md');
  });

  it.each([
    ['the pull request is made and nobody hears of it', { method: 'POST', path: '/pulls' }, 'after'],
    ['the pull request could not be made', { method: 'POST', path: '/pulls' }, 'before'],
    ['nothing was done yet', { method: 'GET', path: '/git/ref/' }, 'before'],
  ] as const)('ends with one branch and one pull request when %s', async (_, matcher, cut) => {
    const bad = await shop.commit({ 'a.txt': 'bad\n' });
    server.misbehave({ ...matcher, do: { cut } });
    await failureOf(openRevert(bad), 'ServiceUnavailable');
    await shop.commit({ 'b.txt': 'meanwhile\n' });
    const second = await openRevert(bad);
    expect(await openRevert(bad)).toEqual(second);
    expect(shop.pulls()).toHaveLength(1);
    expect(await reverts()).toHaveLength(1);
  });

  it('makes one of it when two attempts work at the same time', async () => {
    const bad = await shop.commit({ 'a.txt': 'bad\n' });
    const answers = await Promise.all([openRevert(bad), openRevert(bad), openRevert(bad)]);
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
    expect(shop.pulls()).toHaveLength(1);
  });

  it('does not open another when people closed or merged the first', async () => {
    const bad = await shop.commit({ 'a.txt': 'bad\n' });
    const first = await openRevert(bad);
    await shop.close(first.number);
    await shop.bare.git(['update-ref', '-d', `refs/heads/mainstay/revert-${bad.slice(0, 12)}`]);
    expect(await openRevert(bad)).toEqual(first);
    expect(await reverts()).toEqual([]);
  });

  it('says plainly what cannot be taken back', async () => {
    const first = await shop.bare.git(['rev-list', '--max-parents=0', 'main']);
    expect((await failureOf(openRevert(first), 'RepositoryRefused')).message).toMatch(/is the first commit/);
    await shop.commit({ 'a.txt': '1\n' });
    const bad = await shop.commit({ 'a.txt': '2\n' });
    await shop.commit({ 'a.txt': '3\n' });
    expect((await failureOf(openRevert(bad), 'RepositoryRefused')).message).toMatch(/later commits changed the same lines \(a\.txt\)/);
    await shop.commit({ 'a.txt': '1\n' });
    expect((await failureOf(openRevert(bad), 'RepositoryRefused')).message).toMatch(/nothing of its change is left/);
    await failureOf(openRevert(bad, { branch: 'gone' }), 'RefNotFound');
    expect(await reverts()).toEqual([]);
    expect(shop.pulls()).toEqual([]);
  });

  it('runs nothing of the repository: no hook, no filter, no link followed', async () => {
    const sentinel = `${home}/ran`;
    const hook = `#!/bin/sh\ntouch ${sentinel}\n`;
    for (const name of ['pre-receive', 'post-receive', 'update']) {
      await writeFile(`${shop.bare.path}/hooks/${name}`, hook, { mode: 0o755 });
    }
    await shop.bare.git(['config', 'filter.evil.smudge', `touch ${sentinel}`]);
    await shop.bare.git(['config', 'merge.evil.driver', `touch ${sentinel}`]);
    await shop.commit({ '.gitattributes': '* filter=evil merge=evil\n', 'a.txt': '1\n2\n3\n4\n5\n' });
    const bad = await shop.commit({ 'a.txt': 'bad\n2\n3\n4\n5\n' });
    await shop.commit({ 'a.txt': 'bad\n2\n3\n4\nlater\n' });
    await openRevert(bad);
    expect(await file(`mainstay/revert-${bad.slice(0, 12)}`, 'a.txt')).toBe('1\n2\n3\n4\nlater');
    expect(existsSync(sentinel)).toBe(false);
  });
});
