import { describe, expect, it, onTestFinished } from 'vitest';
import { createComposition } from '../../client/cli/compose.ts';
import { preparePipeline } from '../../client/runPipeline.ts';
import { type } from '../support/commandLine.ts';
import { expectFailure } from '../support/failures.ts';
import { startGitHub } from '../support/github/startGitHub.ts';
import { serveGit } from '../support/gitHttp.ts';
import { makeRepository } from '../support/gitRepository.ts';

const token = 'ghp_of_the_machine';
const header = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;

/** A repository that opens for the token alone, and the settings of a machine that has it. */
async function privately() {
  const { path, commit } = await makeRepository();
  const head = await commit({ 'a.txt': 'a' });
  const { url } = await serveGit(path, { admits: (authorization) => authorization === header });
  const known = { MAINSTAY_GITHUB_TOKEN: token, MAINSTAY_GITHUB_CLONE_URL: `${url}/{owner}/{repo}` };
  return { repository: `${url}/shop/.git`, head, known };
}

describe('a private repository at the command line', () => {
  it('is resolved with the credentials of GitHub, where it is configured', async () => {
    const { repository, head, known } = await privately();
    const composition = createComposition({ env: known, terminal: {} as never, interrupted: new AbortController().signal });
    expect(await preparePipeline({ repository, ref: 'main' }, composition)).toMatchObject({ commit: head });
  });

  it('needs no App where it is public, and says so of a private one on which the App is not installed', async () => {
    const github = await startGitHub();
    onTestFinished(() => github.close());
    const { path, commit } = await makeRepository();
    const head = await commit({ 'a.txt': 'a' });
    const open = await serveGit(path);
    const closed = await serveGit(path, { admits: () => false });
    const resolved = ({ url }: { url: string }) => {
      const env = { ...github.environment('app'), MAINSTAY_GITHUB_CLONE_URL: `${url}/{owner}/{repo}` };
      const composition = createComposition({ env, terminal: {} as never, interrupted: new AbortController().signal });
      return preparePipeline({ repository: `${url}/shop/.git`, ref: 'main' }, composition);
    };
    expect(await resolved(open)).toMatchObject({ commit: head });
    await expectFailure(resolved(closed), 'RepositoryNotFound', 'is private: check the address, the access of the GitHub App');
  });

  it.each(['run pipeline', 'start'])('opens for `%s`, whose token is in no word of it', async (verb) => {
    const { repository, known } = await privately();
    const line = [...verb.split(' '), repository, '--ref', 'main', '--json'];
    const { out, err } = await type(line, { env: known });
    // As far as the server, which this test does not have.
    expect(err).toContain('this test has no server');
    expect(out + err).not.toContain(token);
    expect((await type(line)).err).toContain('is private');
  });
});
