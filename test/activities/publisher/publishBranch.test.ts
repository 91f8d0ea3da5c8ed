import { existsSync } from 'node:fs';
import { chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { createPublisher } from '../../../activities/publisher/publisher.ts';
import type { Change } from '../../../schemas/mind.ts';
import { generatedBranch } from '../../../schemas/names.ts';
import type { Source } from '../../../schemas/source.ts';
import { expectFailure } from '../../support/failures.ts';
import { generating, siteOf, type worker } from '../../support/generated.ts';
import { serveGit } from '../../support/gitHttp.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';

const run = 'build-feature/acme/shop/1';
const branch = generatedBranch(run, 't1');
const note = { zeta: 1, alpha: { b: [{ d: 1, c: 2 }], a: 'ü\n"' } };

const refusedNames = [
  'main',
  'refs/heads/main',
  'ai/generated',
  'ai/generated/',
  'ai/generated/build-feature/acme/shop/1',
  'ai/generated/build-feature/acme/shop/1/',
  'ai/generated/build-feature/acme/shop/2/t1',
  'ai/generated/build-feature/acme/shop/1/../../../../main',
  'ai/generated/build-feature/acme/shop/1/t1:refs/heads/main',
  'ai/generated/build-feature/acme/shop/1/*',
  'ai/generated/build-feature/acme/shop/1/a b',
  'ai/generated/build-feature/acme/shop/1/a\nb',
  'ai/generated/build-feature/acme/shop/1/a.lock',
  'ai/generated/build-feature/acme/shop/1/a@{1}',
  'ai/generated/build-feature/acme/shop/1//a',
  'AI/generated/build-feature/acme/shop/1/t1',
  '--upload-pack=touch x',
  '+ai/generated/build-feature/acme/shop/1/t1',
  '',
  `ai/generated/build-feature/acme/shop/1/${'x'.repeat(500)}`,
];

describe('publishBranch', () => {
  it('pushes the change as a branch, with a note that git prints, and nothing else', async () => {
    const { repository, source, change, publish } = await published();
    expect(await publish({ change })).toEqual({ branch, pushed: true });
    const refs = await repository.git(['for-each-ref', '--format=%(refname)']);
    expect(refs.split('\n')).toEqual([`refs/heads/${branch}`, 'refs/heads/main', 'refs/notes/mainstay/build-feature/acme/shop/1/t1']);
    expect(await repository.git(['rev-parse', branch, 'main'])).toBe(`${change.commit}\n${source.commit}`);
    const shown = await repository.git(['notes', '--ref=mainstay/build-feature/acme/shop/1/t1', 'show', change.commit]);
    expect(JSON.parse(shown)).toEqual(note);
    expect(shown.indexOf('"alpha"')).toBeLessThan(shown.indexOf('"zeta"'));
    expect(await repository.git(['fsck', '--full'])).toBe('');
    expect(await repository.git(['status', '--porcelain'])).toBe('');
  });

  it('pushes once when the answer to the first push was lost, and again when the note is another', async () => {
    const { repository, change, publish } = await published();
    await repository.git(['config', 'core.logAllRefUpdates', 'true']);
    const pushes = async () => (await repository.git(['reflog', 'show', `refs/heads/${branch}`])).split('\n').length;
    await publish({ change });
    expect(await publish({ change })).toEqual({ branch, pushed: true });
    expect(await pushes()).toBe(1);
    const before = await repository.git(['rev-parse', 'refs/notes/mainstay/build-feature/acme/shop/1/t1']);
    await publish({ change, note: { ...note, more: true } });
    expect(await repository.git(['rev-parse', 'refs/notes/mainstay/build-feature/acme/shop/1/t1'])).not.toBe(before);
  });

  it('makes one of it when attempts run at the same time on several workers', async () => {
    const { repository, change, publish, elsewhere } = await published();
    const others = [await elsewhere(), await elsewhere()];
    const answers = await Promise.all([
      publish({ change }),
      ...others.map((other) => publish({ change }, other).catch(() => publish({ change }, other))),
    ]);
    for (const answer of answers) expect(answer).toEqual({ branch, pushed: true });
    expect(await repository.git(['rev-parse', branch])).toBe(change.commit);
  });

  it('replaces what an earlier run pushed, also where histories parted', async () => {
    const { repository, change, publish, commit } = await published();
    await publish({ change });
    const anew = await commit([{ path: 'a.txt', text: 'anew\n' }]);
    expect(await publish({ change: anew })).toEqual({ branch, pushed: true });
    expect(await repository.git(['rev-parse', branch])).toBe(anew.commit);
  });

  it('never writes anything but a branch below the name of its run', async () => {
    const { repository, change, publish } = await published();
    const before = await repository.git(['for-each-ref']);
    for (const name of refusedNames) await expectFailure(publish({ change, branch: name }), 'ChangeRefused', 'is not written');
    const strange = publish({ change, branch: 'ai/generated/../x/t1', run: '../x' });
    await expectFailure(strange, 'ChangeRefused', 'is not written');
    expect(await repository.git(['for-each-ref'])).toBe(before);
  });

  it('runs no program that the repository names, and does not touch what is checked out', async () => {
    const { repository, change, publish, commit } = await published();
    const sentinel = join(await temporaryFolder(), 'ran');
    for (const name of ['pre-receive', 'post-receive', 'update', 'post-update', 'reference-transaction', 'push-to-checkout']) {
      await writeFile(join(repository.path, '.git', 'hooks', name), `#!/bin/sh\ntouch ${sentinel}\n`);
      await chmod(join(repository.path, '.git', 'hooks', name), 0o755);
    }
    const config = {
      'core.fsmonitor': `touch ${sentinel}`,
      'core.alternateRefsCommand': `touch ${sentinel}`,
      'receive.denyCurrentBranch': 'updateInstead',
      'filter.x.smudge': `touch ${sentinel}; cat`,
    };
    for (const [key, value] of Object.entries(config)) await repository.git(['config', key, value]);
    await writeFile(join(repository.path, '.git', 'info', 'attributes'), '* filter=x\n');
    await publish({ change });
    expect(existsSync(sentinel)).toBe(false);

    // Somebody looks at the branch; a second push may not pull the files from under them.
    await execa('git', [
      '-C',
      repository.path,
      '-c',
      'core.hooksPath=/dev/null',
      '-c',
      'filter.x.smudge=cat',
      '-c',
      'core.fsmonitor=',
      'checkout',
      '--quiet',
      branch,
    ]);
    expect(await publish({ change, note: {} })).toMatchObject({ pushed: true });
    const next = await commit([{ path: 'a.txt', text: 'next\n' }]);
    expect(await publish({ change: next })).toMatchObject({ pushed: false, reason: expect.stringMatching(/currently checked out/) });
    expect(existsSync(sentinel)).toBe(false);
  });

  it('says why a repository takes no push', async () => {
    const { repository, change, publish } = await published();
    await repository.git(['update-ref', `refs/heads/${generatedBranch(run, 't1')}/inside`, 'main']);
    expect(await publish({ change })).toMatchObject({ branch, pushed: false, reason: expect.stringContaining('cannot') });
    await rename(repository.path, `${repository.path}-gone`);
    expect(await publish({ change })).toMatchObject({ pushed: false, reason: expect.stringContaining('does not exist') });
  });

  it('pushes over HTTP where it may, says why where it may not, and tries again where nobody answers', async () => {
    const { repository, change, publish } = await published();
    const open = await serveGit(repository.path, { receives: true });
    expect(await publish({ change, repository: `${open.url}/shop` })).toEqual({ branch, pushed: true });
    const closed = await serveGit(repository.path);
    expect(await publish({ change, note: {}, repository: `${closed.url}/shop` })).toMatchObject({
      pushed: false,
      reason: expect.stringContaining('403'),
    });
    let isOpen = true;
    const locked = await serveGit(repository.path, { receives: true, admits: () => isOpen });
    expect(await publish({ change, repository: `${locked.url}/shop` })).toMatchObject({ pushed: true });
    isOpen = false;
    expect(await publish({ change, note: {}, repository: `${locked.url}/shop` })).toMatchObject({
      pushed: false,
      reason: expect.stringContaining('private'),
    });
    await expectFailure(publish({ change, repository: 'http://127.0.0.1:1/shop' }), 'SourceUnreachable', 'could not be reached');
  });
});

type More = { change: Change; branch?: string; note?: Record<string, unknown>; repository?: string; run?: string };

async function published() {
  const made = await generating();
  return { ...made, ...(await publishing(made)) };
}

async function publishing({ here, source, commit }: Awaited<ReturnType<typeof generating>>) {
  const first = await commit([{ path: 'a.txt', text: '2\n' }]);
  const change = await commit([{ path: 'new.txt', text: '1\n' }], first);
  const publish = (order: More, at: ReturnType<typeof worker> = here) => attempt(at, source, order);
  return { change, publish };
}

/** One attempt of the activity, as Temporal makes it. */
async function attempt(at: ReturnType<typeof worker>, source: Source, { repository = source.repository, run: named = run, ...more }: More) {
  const publisher = createPublisher(at);
  const environment = new MockActivityEnvironment({ workflowExecution: { workflowId: run, runId: 'r' } });
  const order = { site: siteOf({ ...source, repository }, { run: named }), branch, note, key: `${run}/publish/t1`, ...more };
  return await environment.run(publisher.publishBranch, order);
}
