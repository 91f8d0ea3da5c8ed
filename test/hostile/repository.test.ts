import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { createSourceReader } from '../../activities/lib/source.ts';
import { createWorkspaces } from '../../activities/lib/workspaces.ts';
import { expectFailure } from '../support/failures.ts';
import { commitCrafted, type Crafted, type CraftedTree, makeRepository, temporaryFolder } from '../support/gitRepository.ts';

const file = (text = 'x'): Crafted => ({ mode: '100644', text });
const link = (text: string): Crafted => ({ mode: '120000', text });

describe('a tree that reaches out of its folder (H1)', () => {
  it.each<[string, CraftedTree]>([
    ['a link to an absolute path', [['passwd', link('/etc/passwd')]]],
    ['a link to the folder above', [['up', link('..')]]],
    ['a link that climbs out', [['a', [['b', link('../../outside/secret')]]]]],
    ['a link that goes down first', [['a', link('b/../../outside')]]],
    [
      'a link out by another link',
      [
        ['deep', [['er', [['top', link('../..')]]]]],
        ['out', link('deep/er/top/../outside')],
      ],
    ],
    [
      'a file behind a link of the same name',
      [
        ['d', link('../outside')],
        ['d', [['secret', file()]]],
      ],
    ],
    [
      'a file behind a link in another letter case',
      [
        ['D', link('deep')],
        ['d', [['secret', file()]]],
        ['deep', [['x', file()]]],
      ],
    ],
    ['the folder above', [['..', [['outside', [['secret', file()]]]]]]],
    ['an absolute name', [['/etc', [['passwd', file()]]]]],
    ['a name with a slash', [['../outside/secret', file()]]],
    ['.git', [['.git', [['config', file('[core]\n\tfsmonitor = touch x')]]]]],
    ['.GIT', [['.GIT', [['hooks', [['post-checkout', file()]]]]]]],
    ['git~1', [['git~1', [['config', file()]]]]],
    ['.git with an ignored character', [['.g\u200cit', [['config', file()]]]]],
    ['.git as a stream', [['.git::$INDEX_ALLOCATION', [['config', file()]]]]],
    ['a backslash', [['..\\outside', file()]]],
    ['an escape sequence', [['\u001b]0;x\u0007', file()]]],
    ['an over-long name', [['x'.repeat(300), file()]]],
    [
      '.gitmodules as a link',
      [
        ['.gitmodules', link('x')],
        ['x', file()],
      ],
    ],
  ])('is refused, with its path named: %s', async (_, tree) => {
    const { repository, home, outside, checkOut } = await prepared();
    await commitCrafted(repository, tree);
    const before = await listing(outside);
    const to = join(outside, '..', 'work');
    await expectFailure(checkOut(to), 'RepositoryRefused', 'the repository is not checked out: "');
    expect(await listing(outside)).toBe(before);
    expect(existsSync(to) ? await readdir(to) : []).toEqual([]);
    expect(existsSync(join(home, 'outside'))).toBe(false);
  });
});

describe('a repository whose configuration names programs (H2)', () => {
  it('runs none of them: hooks, filters, textconv, fsmonitor, ssh, upload-pack, alternates, lazy fetch', async () => {
    const { repository, checkOut, sentinel, resolve } = await prepared();
    const program = `touch ${sentinel};`;
    await repository.commit({ '.gitattributes': '* filter=evil diff=evil merge=evil\n', a: '1', b: '1' });
    await repository.commit({ a: '2' });
    await appendFile(join(repository.path, '.git', 'config'), hostileConfiguration(repository.path, program));
    await writeFile(join(repository.path, '.git', 'more'), `[filter "more"]\n\tclean = "${program}"\n[core]\n\thooksPath = hooks\n`);
    await writeFile(join(repository.path, '.git', 'info', 'attributes'), 'a filter=more\nb filter=evil\n');
    await plantHooks(join(repository.path, '.git', 'hooks'), sentinel);
    // A changed file makes `git status` compare contents, which is where a filter would run.
    await writeFile(join(repository.path, 'a'), '3');
    await appendFile(join(repository.path, 'b'), '');

    const { to } = await checkOut();
    expect((await resolve('main')).dirty).toBe(true);
    expect((await readdir(to)).sort()).toEqual(['.gitattributes', 'a', 'b']);
    await expectFailure(resolve('d'.repeat(40)), 'RefNotFound', 'no branch, tag or commit');
    expect(existsSync(sentinel)).toBe(false);
  });

  it('does not take a bare repository inside the tree for one of its own', async () => {
    const { repository, checkOut, sentinel } = await prepared();
    await repository.commit({
      HEAD: 'ref: refs/heads/main\n',
      config: `[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n\tfsmonitor = touch ${sentinel};\n`,
      'objects/x': '',
      'refs/x': '',
      'hooks/post-checkout': `#!/bin/sh\ntouch ${sentinel}\n`,
    });
    const { to } = await checkOut();
    expect(existsSync(join(to, 'HEAD'))).toBe(true);
    expect(existsSync(sentinel)).toBe(false);
  });

  it('reads a bare repository with the same care', async () => {
    const { repository, sentinel, resolve } = await prepared();
    await repository.commit({ a: '1' });
    const bare = join(await temporaryFolder(), 'bare.git');
    await execa('git', ['clone', '--quiet', '--bare', repository.path, bare]);
    await appendFile(
      join(bare, 'config'),
      `[core]\n\tfsmonitor = touch ${sentinel};\n[uploadpack]\n\tpackObjectsHook = touch ${sentinel};\n`,
    );
    await plantHooks(join(bare, 'hooks'), sentinel);
    expect((await resolve('main', bare)).branch).toBe('main');
    expect(existsSync(sentinel)).toBe(false);
  });
});

describe('names and addresses that look like options or commands (H3)', () => {
  it('leaves submodules alone, whatever their address', async () => {
    const { repository, checkOut, sentinel } = await prepared();
    const urls = [`--upload-pack=touch ${sentinel}`, `ext::sh -c touch% ${sentinel}`, `file://${repository.path}`, '../../modules/x'];
    const modules = urls.map((url, i) => `[submodule "m${i}"]\n\tpath = m${i}\n\turl = "${url}"\n\tupdate = !touch ${sentinel}\n`).join('');
    await commitCrafted(repository, [
      ['.gitmodules', file(modules)],
      ...urls.map((_, i) => [`m${i}`, { mode: '160000', text: 'a'.repeat(40) }] as const),
    ]);
    const { to, notices } = await checkOut();
    for (const i of urls.keys()) expect(await readdir(join(to, `m${i}`))).toEqual([]);
    expect(notices).toEqual(['submodules are left out: m0, m1, m2, m3']);
    expect(existsSync(sentinel)).toBe(false);
  });

  it('refuses them as refs before git runs, and is not confused by branches of that name', async () => {
    const { repository, sentinel, resolve } = await prepared();
    const commit = await repository.commit({ a: '1' });
    const names = [`--upload-pack=touch${sentinel}`, '-oProxyCommand=id', ';id', '$(id)', '`id`', '|id'];
    for (const name of names) {
      await repository.git(['update-ref', `refs/heads/${name}`, commit]);
      await expectFailure(resolve(name), 'InvalidInput', 'is not the name of a branch or tag');
    }
    await repository.git(['symbolic-ref', 'HEAD', `refs/heads/${names[0]}`]);
    expect(await resolve('HEAD')).toMatchObject({ commit });
    expect(existsSync(sentinel)).toBe(false);
  });

  it.each([
    '--upload-pack=touch SENTINEL',
    'ext::sh -c touch% SENTINEL',
    '-oProxyCommand=touch SENTINEL',
    'ssh://-oProxyCommand=touch%20SENTINEL/x',
  ])('refuses the repository %s before git runs', async (where) => {
    const { sentinel, resolve } = await prepared();
    await expectFailure(resolve('main', where.replace('SENTINEL', sentinel)), 'InvalidInput', 'repository: ');
    expect(existsSync(sentinel)).toBe(false);
  });
});

async function prepared() {
  const repository = await makeRepository();
  const home = await temporaryFolder();
  const around = await temporaryFolder();
  const outside = join(around, 'outside');
  await mkdir(outside);
  await writeFile(join(outside, 'secret'), 'untouched');
  const sources = createSourceReader({ home });
  const workspaces = createWorkspaces({ home });
  const resolve = (ref: string, where = repository.path) => sources.resolve({ repository: where, ref, trusted: false });
  const checkOut = async (to = join(around, 'work')) => ({ to, ...(await workspaces.checkOut(await resolve('main'), to)) });
  return { repository, home, outside, sentinel: join(around, 'sentinel'), resolve, checkOut };
}

function hostileConfiguration(path: string, program: string): string {
  return `
[filter "evil"]
	clean = "${program}"
	smudge = "${program}"
	process = "${program}"
	required = true
[diff]
	external = "${program}"
[diff "evil"]
	textconv = "${program}"
	command = "${program}"
[core]
	fsmonitor = "${program}"
	sshCommand = "${program}"
	pager = "${program}"
	askPass = "${program}"
	alternateRefsCommand = "${program}"
[uploadpack]
	packObjectsHook = "${program}"
[credential]
	helper = "!${program}"
[remote "origin"]
	url = ${path}
	uploadpack = "${program}"
	promisor = true
[extensions]
	partialClone = origin
[alias]
	status = "!${program}"
[include]
	path = more
`;
}

async function plantHooks(folder: string, sentinel: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-auto-gc', 'fsmonitor-watchman', 'post-merge']) {
    await writeFile(join(folder, hook), `#!/bin/sh\ntouch ${sentinel}\n`);
    await chmod(join(folder, hook), 0o755);
  }
}

async function listing(folder: string): Promise<string> {
  return (await execa('find', [folder, '-printf', '%p %s %T@ %m %l\n'])).stdout;
}
