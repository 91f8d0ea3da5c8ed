import { describe, expect, it } from 'vitest';
import { openRemote } from '../../../activities/publisher/remote.ts';
import { openGit } from '../../../repository/git.ts';
import { parseRepository } from '../../../repository/location.ts';
import { makeRepository } from '../../support/gitRepository.ts';

const [one, two] = ['refs/heads/ai/one', 'refs/heads/ai/two'];

describe('openRemote', () => {
  it('sets all refs or none, and only where they are what was read', async () => {
    const { repository, remote, first, second } = await prepared();
    expect(await remote.push([{ ref: one, from: undefined, to: first }])).toEqual({ kind: 'done' });
    const both = (from: string | undefined) => [
      { ref: two, from: undefined, to: second },
      { ref: one, from, to: second },
    ];
    expect(await remote.push(both(undefined))).toEqual({ kind: 'lost' });
    expect(await remote.push(both(second))).toEqual({ kind: 'lost' });
    expect(await repository.git(['for-each-ref', '--format=%(refname)', 'refs/heads/ai'])).toBe(one);
    expect(await remote.push(both(first))).toEqual({ kind: 'done' });
    expect(await remote.push([{ ref: one, from: first, to: undefined }])).toEqual({ kind: 'lost' });
    expect(await remote.push([{ ref: one, from: second, to: undefined }])).toEqual({ kind: 'done' });
    expect(await remote.tips([one, two])).toEqual(new Map([[two, second]]));
  });

  it('reads exactly the refs that were asked for', async () => {
    const { repository, remote, first } = await prepared();
    await repository.git(['update-ref', `refs/elsewhere/${one}`, first]);
    expect(await remote.tips([one])).toEqual(new Map());
  });
});

async function prepared() {
  const repository = await makeRepository();
  const first = await repository.commit({ a: '1' });
  const second = await repository.commit({ a: '2' });
  const other = await makeRepository('--bare');
  await other.git(['fetch', '--quiet', repository.path, 'main']);
  return { repository, first, second, remote: openRemote(openGit({ gitDir: other.path }), { location: parseRepository(repository.path) }) };
}
