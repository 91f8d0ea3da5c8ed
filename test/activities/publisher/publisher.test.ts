import { describe, expect, it } from 'vitest';
import { createPublisher } from '../../../activities/publisher/publisher.ts';
import { sourceAt } from '../../../activities/lib/generated/commits.ts';
import { expectFailure } from '../../support/failures.ts';
import { by, filesAt, generating, siteOf } from '../../support/generated.ts';

const at = '2026-01-02T03:04:05Z';

describe('createPublisher', () => {
  it('commits files from the store on a change, and names who made them', async () => {
    const { here, source, start } = await generating();
    const publisher = createPublisher(here);
    const files = [
      await here.store.put(JSON.stringify([{ path: 'docs/a.md', text: 'a' }]), 'application/json'),
      await here.store.put(JSON.stringify([{ path: 'a.txt', text: null }]), 'application/json'),
    ];
    const order = { site: siteOf(source), on: start, files, title: 'Write documents', by, at };
    const change = await publisher.commitFiles(order);
    expect(await filesAt(here, source, change)).toEqual({ 'docs/a.md': 'a', 'src/b.txt': '1\n' });
    expect(await publisher.commitFiles(order)).toEqual(change);
    const message = await here.sources.read(sourceAt(source, change), (git) =>
      git.text(['show', '--no-patch', '--format=%B', change.commit]),
    );
    expect(message).toContain('Mainstay-Agent: coder@1\nMainstay-Mind: google/gemini-2.5-pro\n');
    expect(message).toContain('Mainstay-Task: build-feature/acme/shop/1/t1');
  });

  it.each([
    ['no JSON', 'x'],
    ['no list of files', '[{"path": 1}]'],
  ])('refuses files that are %s', async (_, text) => {
    const { here, source, start } = await generating();
    const files = [await here.store.put(text, 'application/json')];
    const commit = createPublisher(here).commitFiles({ site: siteOf(source), on: start, files, title: 't', by, at });
    await expectFailure(commit, 'InvalidInput', 'is no list of files');
  });

  it('merges two tasks into one change, or names what collides', async () => {
    const { here, source, commit } = await generating();
    const publisher = createPublisher(here);
    const into = await commit([{ path: 'one', text: '1' }]);
    const change = await commit([{ path: 'two', text: '2' }]);
    const merged = await publisher.mergeChange({ site: siteOf(source), into, change, title: 'Merge t2', at });
    expect(merged).toMatchObject({ merged: { objects: expect.anything() } });
    if ('merged' in merged) expect(Object.keys(await filesAt(here, source, merged.merged))).toEqual(['a.txt', 'one', 'src/b.txt', 'two']);
    const clash = await commit([{ path: 'one', text: 'other' }]);
    expect(await publisher.mergeChange({ site: siteOf(source), into, change: clash, title: 'Merge', at })).toEqual({ conflicts: ['one'] });
  });
});
