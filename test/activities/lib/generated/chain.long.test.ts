import { expect, it } from 'vitest';
import { sourceAt } from '../../../../activities/lib/generated/commits.ts';
import { openGit } from '../../../../repository/git.ts';
import { type PackLink, packSince } from '../../../../repository/packs.ts';
import type { Change } from '../../../../schemas/mind.ts';
import { BlobRef, CommitSha } from '../../../../schemas/nouns.ts';
import { filesAt, generating } from '../../../support/generated.ts';

it('takes five hundred commits in a row from the store, once, and compares any two of them', async () => {
  const { source, elsewhere, chain } = await longChain(500);
  const tip = chain.at(-1)!;
  const other = await elsewhere();
  const from = performance.now();
  expect(await filesAt(other, source, tip)).toMatchObject({ 'a.txt': '499\n' });
  expect(performance.now() - from).toBeLessThan(20_000);

  const again = performance.now();
  expect(await filesAt(other, source, tip)).toMatchObject({ 'a.txt': '499\n' });
  expect(await other.sources.diff(sourceAt(source, tip, chain[250]))).toContain('-250\n+499\n');
  expect(performance.now() - again).toBeLessThan(1_000);
});

it('takes commits of many files, and texts that come and go', async () => {
  const { source, commit, elsewhere } = await generating();
  const many = Array.from({ length: 600 }, (_, i) => ({ path: `d${i % 7}/f${i}`, text: `${i}\n` }));
  const long = 'line\n'.repeat(300);
  let tip = await commit([{ path: 'a.txt', text: long }]);
  for (const text of [`${long}more\n`, long, `${long}more\n`]) tip = await commit([{ path: 'a.txt', text }], tip);
  tip = await commit([{ path: 'a.txt', text: long }], await commit(many, tip));
  const files = await filesAt(await elsewhere(), source, tip);
  expect(Object.keys(files)).toHaveLength(602);
  expect(files).toMatchObject({ 'a.txt': long, 'd1/f8': '8\n' });
});

/** The chain that as many calls of `commit` make, without their time. */
async function longChain(length: number) {
  const { repository, here, source, start, elsewhere } = await generating();
  const git = openGit({ gitDir: `${repository.path}/.git` });
  const lines = Array.from({ length }, (_, i) =>
    [
      `commit refs/making/chain\ncommitter A <a@b> ${1_800_000_000 + i} +0000\ndata 1\nx`,
      ...(i === 0 ? [`from ${start.commit}`] : []),
      `M 100644 inline a.txt\ndata ${`${i}\n`.length}\n${i}\n`,
    ].join('\n'),
  );
  await git.run(['fast-import', '--quiet'], { input: `${lines.join('\n')}\n` });
  const listed = await git.text(['log', '--reverse', '--format=%H %T', `${start.commit}..refs/making/chain`]);
  await git.run(['update-ref', '-d', 'refs/making/chain']);

  const chain: Change[] = [];
  for (const [commit, tree] of listed.split('\n').map((line) => line.split(' ').map((id) => CommitSha.parse(id)))) {
    const on = chain.at(-1) ?? start;
    const pack = await here.store.put(await packSince(git, { commit: commit!, on: on.commit }), 'application/x-git-packed-objects');
    const link: PackLink = { commit: commit!, on: on.commit, pack, earlier: on.objects };
    chain.push({ commit: commit!, tree: tree!, objects: BlobRef.parse(await here.store.put(JSON.stringify(link), 'application/json')) });
  }
  // So that they are in the store alone.
  await git.run(['prune', '--expire=now']);
  await git.run(['repack', '-adq']);
  return { source, elsewhere, chain };
}
