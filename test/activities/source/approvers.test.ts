import { describe, expect, it } from 'vitest';
import { createSourceReader } from '../../../activities/lib/source.ts';
import { createSourceAgent } from '../../../activities/source/sourceAgent.ts';
import { PipelineRequest, type PipelineRequestInput } from '../../../schemas/runPipeline.ts';
import { makeRepository, temporaryFolder } from '../../support/gitRepository.ts';

const project = `
owners: [grace]
roles: { "@acme/platform": [kim] }
environments: { production: { approvals: [{ role: codeowners }] } }
`;
const pipeline = 'pipeline: {stages: [deploy], deploy_environment: production}';

async function plan(request: Partial<PipelineRequestInput> & { repository: string }) {
  const agent = createSourceAgent({ sources: createSourceReader({ home: await temporaryFolder() }) });
  const { stages, notices } = await agent.openRun(PipelineRequest.parse(request));
  return { asked: stages[0]?.approvers.flatMap(({ members }) => members.map(({ name }) => name)), notices };
}

describe('the plan of a run asks the owners', () => {
  it('of the files that the change touches, and nobody whom the change itself names', async () => {
    const { commit, path, git } = await makeRepository();
    const base = await commit({ 'project.yml': project, 'pipeline.yml': pipeline, CODEOWNERS: '/src/ @ada\n/lib/ @acme/platform\n' });
    await git(['switch', '--quiet', '--create', 'change']);
    const head = await commit({ 'src/a.ts': 'a', 'lib/b.ts': 'b', CODEOWNERS: '* @mallory\n' });
    const place = { repository: path, ref: 'change', commit: head, base, authors: ['github:ada'] };

    expect((await plan({ ...place, rulesAt: base })).asked).toEqual(['kim', 'ada']);
    expect((await plan(place)).asked).toEqual(['mallory']);
  });

  it('of the project where the changed files have none, and says when only the author is asked', async () => {
    const { commit, path } = await makeRepository();
    const base = await commit({ 'project.yml': project, 'pipeline.yml': pipeline, '.github/CODEOWNERS': '/src/ @ada\n' });
    const head = await commit({ 'docs/a.md': 'a' });
    const { asked, notices } = await plan({ repository: path, commit: head, base, authors: ['github:grace'] });
    expect(asked).toEqual(['grace']);
    expect(notices).toContain('deploy: codeowners cannot agree, for only 0 of the 1 needed did not make the change');
  });

  it('of all files at a first commit', async () => {
    const { commit, path } = await makeRepository();
    await commit({ 'project.yml': project, 'pipeline.yml': pipeline, 'docs/CODEOWNERS': '*.yml @kim\n/docs/ @ada\n' });
    expect((await plan({ repository: path })).asked).toEqual(['ada', 'kim']);
  });
});
