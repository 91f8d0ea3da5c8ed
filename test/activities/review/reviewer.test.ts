import { describe, expect, it } from 'vitest';
import { Review } from '../../../schemas/review.ts';
import { commitCrafted, makeRepository, type CraftedTree } from '../../support/gitRepository.ts';
import { reviewBetween, reviewOf, saidBy } from '../../support/reviews.ts';

const secret = ['AKIA', 'Z7QH3LK2MNPRS6TV'].join('');

describe('the verdict', () => {
  it('approves a change of which there is nothing to say', async () => {
    const review = await reviewOf({ head: { 'README.md': 'Hello\n' } });
    expect(Review.parse(review)).toEqual({
      approved: true,
      summary: 'approved: nothing to say (1 file, +1 −0)',
      comments: [],
      owners: [],
      notices: [],
    });
  });

  it('blocks by one rule alone, and puts what blocks first', async () => {
    const review = await reviewOf({ head: { Dockerfile: 'x\n', 'b.txt': `${secret}\n` } });
    expect(review.approved).toBe(false);
    expect(review.summary).toBe('blocked: 1 that blocks, 1 warning (2 files, +2 −0)');
    expect(review.comments.map(({ rule, by }) => [rule, by])).toEqual([['secrets', 'rules'], ['risky', 'rules']]); // prettier-ignore
    expect(JSON.stringify(review)).not.toContain(secret.slice(4));
  });

  it('looks at what the branch brings, not at what its base got meanwhile', async () => {
    const repository = await makeRepository();
    await repository.commit({ a: '1\n' });
    await repository.git(['checkout', '--quiet', '-b', 'feature']);
    const head = await repository.commit({ b: '1\n' });
    await repository.git(['checkout', '--quiet', 'main']);
    const base = await repository.commit({ Dockerfile: 'x\n' });
    expect(await reviewBetween(repository.path, base, head, {})).toMatchObject({
      summary: 'approved: nothing to say (1 file, +1 −0)',
      notices: [],
    });
  });

  it('looks at all that differs when head and base have no common history', async () => {
    const repository = await makeRepository();
    const base = await repository.commit({ a: '1\n' });
    await repository.git(['checkout', '--quiet', '--orphan', 'other']);
    const head = await repository.commit({ Dockerfile: 'x\n' });
    const review = await reviewBetween(repository.path, base, head, {});
    expect(saidBy(review, 'risky')).toEqual(['warn Dockerfile']);
    expect(review.notices).toEqual([expect.stringContaining('shares no history')]);
  });

  it('says at most 100 comments, of each rule 30, and how many it left out', async () => {
    const head = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`migrations/${i}.js`, 'debugger;\nconsole.log(1);\n'.repeat(5)]));
    const review = await reviewOf({ head: { ...head, 'x.txt': `${secret}\n` } });
    expect(review.comments.length).toBeLessThanOrEqual(100);
    expect(review.comments[0]?.rule).toBe('secrets');
    expect(saidBy(review, 'risky')).toHaveLength(30);
    expect(review.notices).toEqual([expect.stringMatching(/^\d+ more comments were left out$/)]);
  });
});

describe('owners', () => {
  const base = { '.github/CODEOWNERS': '* @ada\n/pay/ @acme/payments bob@example.com\n', 'pay/a': '1\n' };

  it('names who owns what changed, by the file of the base', async () => {
    const review = await reviewOf({ base, head: { 'pay/a': '2\n', '.github/CODEOWNERS': '* @mallory\n' } });
    expect(review.owners.sort()).toEqual(['@acme/payments', '@ada', 'bob@example.com']);
    expect(saidBy(review, 'owners')).toEqual(['note']);
  });

  it('asks the owners of the place that a file leaves', async () => {
    const text = 'a\nb\nc\n';
    const review = await reviewOf({ base: { CODEOWNERS: '/pay/ @ada\n', 'pay/b': text }, head: { 'pay/b': null, 'free/b': text } });
    expect(review.owners).toEqual(['@ada']);
  });

  it('keeps quiet without the file, and still answers them when the rule is off', async () => {
    expect(await reviewOf({ head: { a: '1\n' } })).toMatchObject({ owners: [], comments: [] });
    expect(await reviewOf({ base, head: { 'pay/a': '2\n' }, rules: { owners: 'off' } })).toMatchObject({
      owners: ['@acme/payments', 'bob@example.com'],
      comments: [],
    });
  });
});

describe('hostile changes', () => {
  it('reads a change of 60 MB in bounded time, and says what it did not read', { timeout: 60_000 }, async () => {
    const long = `${'x'.repeat(2 ** 20)}\n`.repeat(20);
    const many = 'abcdefghij klmnopqrst uvwxyz 0123456789\n'.repeat(1_000_000);
    const before = process.memoryUsage().rss;
    const started = Date.now();
    const review = await reviewOf({ head: { 'a.txt': long, 'b.js': many, 'z.txt': `${secret}\n` } });
    expect(Date.now() - started).toBeLessThan(30_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(700 * 2 ** 20);
    expect(review.summary).toContain('+1000021 ');
    expect(review.notices).toEqual([
      expect.stringContaining('lines longer than 8192 bytes'),
      expect.stringContaining('more than 16 MiB of text'),
    ]);
  });

  it('takes binary files, links, submodules and bytes that are no text', async () => {
    const repository = await makeRepository();
    const base = await repository.commit({ a: '1\n', gone: '1\n' });
    const odd: CraftedTree = [
      ['bin', { mode: '100644', text: `\0\u0001${secret}` }],
      ['link', { mode: '120000', text: `/etc/${secret}` }],
      ['module', { mode: '160000', text: base }],
      ['new\nline\t"\u001b[31m.js', { mode: '100644', text: 'x\ndebugger;\n' }],
      ['späce name.js', { mode: '100755', text: 'debugger;' }],
    ];
    const head = await commitCrafted(repository, odd);
    const review = await reviewBetween(repository.path, base, head, {});
    expect(saidBy(review, 'leftovers')).toEqual(['warn new\nline\t"\u001b[31m.js:2', 'warn späce name.js:1']);
    expect(saidBy(review, 'secrets')).toEqual([]);
    expect(review.notices).toContain('not read, as they are binary: bin');
    expect(JSON.stringify(review.comments.map(({ message }) => message)) + review.summary).not.toMatch(/\\u001b|\\n/);
  });

  it('does not let attributes of the repository hide a file', async () => {
    const hiding = { '.gitattributes': '* -diff\n*.js binary diff=x\n' };
    const review = await reviewOf({ base: { ...hiding, 'a.js': 'x();\n' }, head: { 'a.js': 'x();\ndebugger;\n', 'b.txt': `${secret}\n` } });
    expect(review.comments.map(({ rule, path }) => [rule, path])).toEqual([
      ['secrets', 'b.txt'],
      ['leftovers', 'a.js'],
      ['tests', 'a.js'],
    ]);
  });

  it('finds a secret after bytes that are no UTF-8', async () => {
    const repository = await makeRepository();
    const base = await repository.commit({ a: '1\n' });
    const blob = await repository.git(
      ['hash-object', '-w', '--stdin'],
      Buffer.concat([Buffer.from([0xff, 0xfe, 0x80, 0x0a]), Buffer.from(`${secret}\n`)]),
    );
    await repository.git(['update-index', '--add', '--cacheinfo', `100644,${blob},b.txt`]);
    await repository.git(['commit', '--quiet', '-m', 'b']);
    const head = await repository.git(['rev-parse', 'HEAD']);
    expect(saidBy(await reviewBetween(repository.path, base, head, {}), 'secrets')).toEqual(['block b.txt:2']);
  });

  it('is not held up by patterns of the project, and says which it cannot use', async () => {
    const started = Date.now();
    const review = await reviewOf({
      head: { [`${'a'.repeat(200)}.txt`]: '1\n' },
      message: `${'a'.repeat(400)}!`,
      rules: {
        commits: { weight: 'warn', pattern: '^(a+)+$' },
        risky: { paths: ['{a', `${'*a'.repeat(100)}b`, 'x'.repeat(501)] },
        ignore: ['}'],
      },
    });
    expect(Date.now() - started).toBeLessThan(5000);
    expect(saidBy(review, 'commits')).toEqual(['warn']);
    expect(review.notices).toHaveLength(3);
    const other = await reviewOf({ head: { a: '1' }, rules: { commits: { weight: 'warn', pattern: '(' } } });
    expect(other.notices).toEqual([expect.stringContaining('review.commits.pattern was left out')]);
  });

  it('takes lines that look like parts of a diff for what they are', async () => {
    const text = '--- a/x.js\n+++ b/x.js\n@@ -1 +1 @@\n:100644 100644 0 0 A\tx.js\ndiff --git a/x b/x\ndebugger;\n';
    const review = await reviewOf({
      base: { 'a.js': `${text}x\n` },
      head: { 'a.js': `${text.replaceAll('x.js', 'y.js')}x\n`, 'b.js': text },
    });
    expect(saidBy(review, 'leftovers')).toEqual(['warn b.js:6']);
    expect(review.summary).toContain('(2 files,');
  });
});
