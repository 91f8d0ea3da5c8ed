import { describe, expect, it } from 'vitest';
import { parsePipeline, parseProject } from '../../../repository/configFile.ts';
import type { ChangeOwners } from '../../../repository/owners.ts';
import { resolveStages } from '../../../repository/plan.ts';
import { approvalNotices, asksCodeOwners } from '../../../repository/plan/approvers.ts';
import { validateFile } from '../../../repository/validateFile.ts';
import { refusalOf } from '../../support/refusals.ts';

const team = `
owners: [ada]
people:
  ada: { slack: U0ADA }
  kim: { github: Kim-L, email: kim@example.com }
roles:
  leads: [ada, kim]
  "@acme/platform": [grace, ada]
`;
const project = (production: string) => parseProject(`${team}environments: {production: ${production}}`, { path: 'project.yml' });
const deploy = (production: string, { owners, to = 'production' }: { owners?: ChangeOwners; to?: string } = {}) => {
  const file = parsePipeline(`pipeline: {stages: [deploy], deploy_environment: ${to}}`, { path: 'pipeline.yml' });
  return resolveStages({ file, rules: project(production), owners })[0];
};
const found = (...owners: string[]): ChangeOwners => ({ file: 'CODEOWNERS', owners, notices: [] });
const names = (production: string, owners?: ChangeOwners) =>
  deploy(production, { owners })?.approvers.map(({ role, quorum, members }) =>
    [role, quorum, ...members.map(({ name }) => name)].join(' '),
  );

describe('the people who must agree', () => {
  it('are those of the chain, with all that a step says', () => {
    const first = '{role: leads, quorum: 2, within: 2 hours, remind_every: 30m, on_timeout: escalate, escalate_to: owners}';
    const stage = deploy(`{approvals: [${first}, {people: [grace]}]}`);
    const ada = { name: 'ada', github: 'ada', slack: 'U0ADA' };
    const kim = { name: 'kim', github: 'Kim-L', email: 'kim@example.com' };
    const escalation = { onTimeout: 'escalate', escalateTo: { role: 'owners', members: [ada] } };
    expect(stage).toMatchObject({ approval: true });
    expect(stage?.approvers).toEqual([
      { role: 'leads', members: [ada, kim], quorum: 2, within: '2 hours', remindEvery: '30m', ...escalation },
      { role: 'grace', members: [{ name: 'grace', github: 'grace' }], quorum: 1 },
    ]);
  });

  it.each([
    ['{protected: true}', []],
    ['{approvers: [ada, grace]}', ['ada, grace 1 ada grace']],
    ['{approvers: [leads, ada, "@kim-l"]}', ['leads, ada, @kim-l 1 ada kim']],
    ['{approvers: anyone}', ['anyone 1']],
    ['{approvers: [grace], approvals: [{role: owners}]}', ['owners 1 ada']],
    ['{approvals: [{role: anyone, quorum: 3}]}', ['anyone 3']],
    ['{approvals: [{people: "@acme/Platform", quorum: 2}]}', ['@acme/Platform 2 grace ada']],
  ])('of %s are %j', (production, expected) => {
    expect(deploy(production)?.approval).toBe(true);
    expect(names(production)).toEqual(expected);
  });

  it('are asked for no environment but theirs; for one that nobody named anybody is asked who did not make the change', () => {
    expect(deploy('{approvers: [ada]}', { to: 'preview-7' })).toMatchObject({ approval: true, approvers: [] });
  });
});

describe('owners of the changed files', () => {
  const asks = '{approvals: [{role: codeowners}]}';

  it.each([
    [['@eve', '@ada', '@KIM-L'], ['codeowners 1 kim ada eve']],
    [['@acme/platform'], ['codeowners 1 grace ada']],
    [['kim@example.com', 'new@example.com'], ['codeowners 1 kim new@example.com']],
    [['@acme/unknown', '@eve'], ['codeowners 1 eve']],
    [['@acme/unknown'], ['codeowners 1 ada']],
    [[], ['codeowners 1 ada']],
  ])('%j are %j', (owners, expected) => {
    expect(names(asks, found(...owners))).toEqual(expected);
  });

  it('are the owners of the project where there is no CODEOWNERS', () => {
    expect(names(asks)).toEqual(['codeowners 1 ada']);
  });

  it.each([
    [undefined, 'there is no CODEOWNERS file; add .github/CODEOWNERS or owners:'],
    [found('@acme/x'), 'nobody is known of @acme/x; add roles: {"@acme/x": [names]} or owners:'],
  ])('are refused when nobody can be found: %o', (owners, says) => {
    const rules = parseProject(`environments: {production: ${asks}}`, { path: 'project.yml' });
    const file = parsePipeline('pipeline: {stages: [deploy], deploy_environment: production}', { path: 'pipeline.yml' });
    expect(refusalOf(() => resolveStages({ file, rules, owners }))).toBe(
      `InvalidConfiguration: project.yml: environments.production.approvals[0].role: ${says}`,
    );
  });

  it('are fewer than a quorum asks for', () => {
    expect(refusalOf(() => names('{approvals: [{role: codeowners, quorum: 2}]}', found('@eve')))).toContain(
      'asks for 2 of one person (eve); lower the quorum or name more people',
    );
  });

  it('need to be looked up only when a chain asks for them', () => {
    const asking = [asks, '{approvers: codeowners}', '{approvals: [{role: leads, on_timeout: escalate, escalate_to: codeowners}]}'];
    expect(asking.map((text) => asksCodeOwners(project(text)))).toEqual([true, true, true]);
    expect(asksCodeOwners(project('{approvers: leads}'))).toBe(false);
  });
});

describe('what people should know about a chain', () => {
  const noticesOf = (production: string, authors: string[], owners?: ChangeOwners) => {
    const stage = deploy(production, { owners });
    return approvalNotices(stage ? [stage] : [], authors, { rules: project(production), owners });
  };

  it.each([
    ['{approvers: ada}', ['github:ada'], ['deploy: ada cannot agree, for only 0 of the 1 needed did not make the change']],
    ['{approvals: [{role: leads, quorum: 2}]}', ['github:kim-l'], ['deploy: leads cannot agree, for only 1 of the 2 needed did not make the change']],
    ['{approvers: leads}', ['github:ada'], []],
  ])('%s for %j: %j', (production, authors, notices) => {
    expect(noticesOf(production, authors)).toEqual(notices);
  }); // prettier-ignore

  it('names a team whose members nobody gave', () => {
    expect(noticesOf('{approvals: [{role: codeowners}]}', [], found('@acme/x', '@eve'))).toEqual([
      'nobody is asked for @acme/x: add its members to roles in project.yml',
    ]);
  });
});

describe('a chain is refused, with its place, when', () => {
  it.each([
    ['{approvals: [{role: laeds}]}', '9:48: environments.production.approvals[0].role: no role is called "laeds"; did you mean "leads"?'],
    ['{approvals: [{role: leads, people: [ada]}]}', 'stands beside a role; keep one of role and people'],
    ['{approvals: [{quorum: 1}]}', 'names nobody; add role: or people:'],
    ['{approvals: [{people: []}]}', 'names nobody; add role: or people:'],
    ['{approvals: [{role: leads, quorum: 3}]}', 'asks for 3 of 2 people (ada, kim); lower the quorum or name more people'],
    ['{approvals: [{people: [ada, ada], quorum: 2}]}', 'asks for 2 of one person (ada)'],
    ['{approvals: [{role: leads, on_timeout: escalate}]}', 'escalates to nobody; add escalate_to: with a role'],
    ['{approvals: [{role: leads, escalate_to: owners}]}', 'is never asked; add on_timeout: escalate'],
    ['{approvals: [{role: leads, on_timeout: escalate, escalate_to: bosses}]}', 'escalate_to: no role is called "bosses"'],
    ['{approvals: [{role: constructor}]}', 'no role is called "constructor"'],
    ['{approvers: "@acme/x"}', 'approvers: nobody is known of @acme/x; add its members to roles'],
  ])('%s', (production, says) => {
    const text = `${team}environments: {production: ${production}}`;
    expect(refusalOf(() => validateFile({ type: 'project', text, path: 'project.yml' }))).toContain(says);
  });

  it.each([
    ['roles: {leads: []}', 'role: leads', 'the role "leads" has no members; add names to roles.leads'],
    ['', 'role: owners', 'the role "owners" has no members; add owners:'],
  ])('a role is empty: %s', (roles, step, says) => {
    const text = `${roles}\nenvironments: {production: {approvals: [{${step}}]}}`;
    expect(refusalOf(() => validateFile({ type: 'project', text, path: 'project.yml' }))).toContain(says);
  });
});
