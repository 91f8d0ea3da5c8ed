import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openGit } from '../../repository/git.ts';
import { expectFailure } from '../support/failures.ts';
import { makeRepository, temporaryFolder } from '../support/gitRepository.ts';

describe('openGit', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('does not inherit git settings, a home or secrets from this process', async () => {
    const folder = await temporaryFolder();
    const inherited = { GIT_DIR: '/nowhere', GIT_EXTERNAL_DIFF: 'touch x', GIT_SSH_COMMAND: 'touch x', HOME: folder, NPM_TOKEN: 's3cret' };
    for (const [name, value] of Object.entries(inherited)) vi.stubEnv(name, value);
    await writeFile(join(folder, '.gitconfig'), '[alias]\n\tleak = !env\n');
    const env = await openGit({ settings: ['alias.envnow=!env'] }).text(['envnow']);
    for (const [name, value] of Object.entries(inherited)) expect(env).not.toContain(`${name}=${value}`);
    expect(await openGit().attempt(['leak'])).toMatchObject({ exitCode: 1 });
  });

  it.each(['ext::sh -c "touch SENTINEL"', 'ssh://host/x', 'git://host/x', 'http://host.example/x'])(
    'has no transport for %s',
    async (url) => {
      const folder = await temporaryFolder();
      for (const transport of ['none', 'file', 'https'] as const) {
        const result = await openGit().attempt(['ls-remote', '--', url.replace('SENTINEL', join(folder, 'sentinel'))], { transport });
        expect(result.error).toMatch(/transport '\w+' not allowed/);
      }
      expect(existsSync(join(folder, 'sentinel'))).toBe(false);
    },
  );

  it('runs no hook of the repository, also where git writes', async () => {
    const repository = await makeRepository();
    const commit = await repository.commit({ a: '1' });
    const hook = join(repository.path, '.git', 'hooks', 'reference-transaction');
    await mkdir(dirname(hook), { recursive: true });
    await writeFile(hook, '#!/bin/sh\ntouch sentinel\n');
    await chmod(hook, 0o755);
    const git = openGit({ gitDir: join(repository.path, '.git'), directory: repository.path });
    await git.run(['update-ref', 'refs/kept/x', commit]);
    expect(await readdir(repository.path)).not.toContain('sentinel');
    expect(await readdir(join(repository.path, '.git'))).not.toContain('sentinel');
  });

  it('ends git and what git started when the caller aborts, with the caller’s reason', async () => {
    const { git, pidFile } = await slowGit();
    const abort = new AbortController();
    const running = git(abort.signal).attempt(['slow']);
    await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true));
    abort.abort(new Error('no longer wanted'));
    await expect(running).rejects.toThrow('no longer wanted');
    await expectDead(pidFile);
  });

  it('ends git and what git started when time is up', async () => {
    const { git, pidFile } = await slowGit();
    await expectFailure(git(undefined, 300).attempt(['slow']), 'SourceUnreachable', 'did not end in time');
    await expectDead(pidFile);
  });

  it('stops a stream that nobody reads on', async () => {
    const repository = await makeRepository();
    const commit = await repository.commit({ a: 'x'.repeat(1000), b: 'y' });
    const git = openGit({ gitDir: join(repository.path, '.git') });
    for await (const piece of git.stream(['ls-tree', '-r', commit])) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
  });

  it('refuses answers above the limit, and names git when it is missing', async () => {
    const repository = await makeRepository();
    const commit = await repository.commit({ a: 'x'.repeat(5000) });
    const git = openGit({ gitDir: join(repository.path, '.git') });
    await expectFailure(git.run(['show', `${commit}:a`], { maxBytes: 1000 }), 'RepositoryRefused', 'more data');
    vi.stubEnv('PATH', '/nowhere');
    await expectFailure(openGit().run(['version']), 'ToolMissing', 'git is not installed');
  });
});

/** Git with a command that starts a child of its own and never ends. */
async function slowGit() {
  const folder = await temporaryFolder();
  const pidFile = join(folder, 'pid');
  const script = join(folder, 'slow.sh');
  await writeFile(script, `#!/bin/sh\nsleep 60 & echo $! > ${pidFile}.part; mv ${pidFile}.part ${pidFile}; wait\n`);
  await chmod(script, 0o755);
  const git = (signal?: AbortSignal, timeoutMs?: number) => openGit({ signal, timeoutMs, settings: [`alias.slow=!${script}`] });
  return { git, pidFile };
}

async function expectDead(pidFile: string): Promise<void> {
  const pid = Number(readFileSync(pidFile, 'utf8'));
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 4000);
}
