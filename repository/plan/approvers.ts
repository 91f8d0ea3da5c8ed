import { identify, peopleOf } from '../../schemas/accounts.ts';
import type { ApprovalStep } from '../../schemas/approvals.ts';
import type { ProjectFile } from '../../schemas/projectFile.ts';
import type { Stage } from '../../schemas/stage.ts';
import type { Fault, Place } from '../configuration/problem.ts';
import { type Deciders, different, type Members, roleOf, together } from './members.ts';

/** The people of an environment's chain, what to tell about how they were found, and what is wrong with it. */
export type Chain = { steps: ApprovalStep[]; notices: string[]; faults: Fault[] };

type Written = ProjectFile['environments'][string]['approvals'][number];

/**
 * Whether people are asked before a deploy. Where the rules protect any environment, one that they do not name asks too: a name of one's own
 * must not slip past the protection. `preview: {}` in project.yml says that nobody is asked for it.
 */
export function asksPeople(environment: string | undefined, { environments }: ProjectFile): boolean {
  const rules = environment === undefined ? undefined : environments[environment];
  if (rules === undefined) return environment !== undefined && Object.values(environments).some(isGuarded);
  return isGuarded(rules);
}

function isGuarded(rules: ProjectFile['environments'][string]): boolean {
  return rules.protected || rules.approvals.length > 0 || rules.approvers.length > 0;
}

/** Who must agree to a deploy to an environment: its `approvals`, else one of its `approvers`, else (no step) anybody who did not make the change. */
export function chainOf(environment: string | undefined, deciders: Deciders): Chain {
  const rules = environment === undefined ? undefined : deciders.rules.environments[environment];
  if (environment === undefined || rules === undefined) return { steps: [], notices: [], faults: [] };
  const at = ['environments', environment];
  if (rules.approvals.length > 0) return joined(rules.approvals.map((step, i) => stepOf(step, [...at, 'approvals', i], deciders)));
  if (rules.approvers.length === 0) return { steps: [], notices: [], faults: [] };
  const role = rules.approvers.join(', ');
  return stepFrom({ quorum: 1 }, { role, at: [...at, 'approvers'] }, together(rules.approvers, deciders));
}

/** All that is wrong with the chains of a project file, also for environments to which nothing goes yet. */
export function chainFaults(rules: ProjectFile): Fault[] {
  return Object.keys(rules.environments).flatMap((environment) => chainOf(environment, { rules, owners: 'unknown' }).faults);
}

/** Whether any chain asks the owners of the changed files. */
export function asksCodeOwners({ environments }: ProjectFile): boolean {
  return Object.values(environments).some(({ approvals, approvers }) => {
    const roles = approvals.flatMap(({ role, people = [], escalate_to }) => [role, escalate_to, ...people]);
    return [...roles, ...approvers].includes('codeowners');
  });
}

/** What people should know about the chains of a plan: owners that were not found, and steps that those who made the change alone could grant. */
export function approvalNotices(stages: readonly Stage[], authors: readonly string[], deciders: Deciders): string[] {
  const asking = stages.filter(({ approval, leftOut }) => approval && leftOut === undefined);
  const notices = asking.flatMap(({ id, environment, approvers }) => [
    ...chainOf(environment, deciders).notices,
    ...approvers.flatMap(({ role, members, quorum }) => {
      const people = [...members, ...peopleOf(deciders.rules)];
      const own = new Set(authors.map((author) => identify(author, people).key));
      const free = members.filter(({ name }) => !own.has(`person:${name}`));
      if (members.length === 0 || free.length >= quorum) return [];
      return [`${id}: ${role} cannot agree, for only ${free.length} of the ${quorum} needed did not make the change`];
    }),
  ]);
  return [...new Set(notices)];
}

function stepOf(step: Written, at: Place, deciders: Deciders): Chain {
  const { role, people, on_timeout, escalate_to } = step;
  if (role !== undefined && people !== undefined) {
    return wrong({ at: [...at, 'people'], problem: 'stands beside a role', fix: 'keep one of role and people' });
  }
  if (role === undefined && (people ?? []).length === 0) {
    return wrong({ at, problem: 'names nobody', fix: 'add role: or people: (role: anyone is everybody who did not make the change)' });
  }
  if (on_timeout === 'escalate' && escalate_to === undefined) {
    return wrong({ at: [...at, 'on_timeout'], problem: 'escalates to nobody', fix: 'add escalate_to: with a role' });
  }
  if (on_timeout !== 'escalate' && escalate_to !== undefined) {
    return wrong({ at: [...at, 'escalate_to'], problem: 'is never asked', fix: 'add on_timeout: escalate' });
  }
  const asked = role === undefined ? together(people ?? [], deciders) : roleOf(role, deciders);
  const first = stepFrom(step, { role: role ?? (people ?? []).join(', '), at: [...at, role === undefined ? 'people' : 'role'] }, asked);
  if (escalate_to === undefined) return first;
  const next = stepFrom({ quorum: 1 }, { role: escalate_to, at: [...at, 'escalate_to'] }, roleOf(escalate_to, deciders));
  const { members = [] } = next.steps[0] ?? {};
  const steps = first.steps.map((one) => ({ ...one, escalateTo: { role: escalate_to, members } }));
  return { steps, notices: [...first.notices, ...next.notices], faults: [...first.faults, ...next.faults] };
}

type Counted = Pick<Written, 'quorum'> & Partial<Written>;

function stepFrom(step: Counted, { role, at }: { role: string; at: Place }, found: Members): Chain {
  const { quorum, within, remind_every: remindEvery, on_timeout: onTimeout } = step;
  const notices = found.notices ?? [];
  if (found.fault) return { ...wrong({ at, ...found.fault }), notices };
  const members = found.open ? [] : different(found.members);
  if (!found.open && members.length === 0) {
    return { ...wrong({ at, problem: `nobody is known of ${role}`, fix: 'add its members to roles' }), notices };
  }
  if (!found.open && members.length < quorum) {
    const names = members.map(({ name }) => name).join(', ');
    const problem = `asks for ${quorum} of ${members.length === 1 ? 'one person' : `${members.length} people`} (${names})`;
    return { ...wrong({ at, problem, fix: 'lower the quorum or name more people' }), notices };
  }
  return { steps: [{ role, members, quorum, within, remindEvery, onTimeout }], notices, faults: [] };
}

function wrong(fault: Fault): Chain {
  return { steps: [], notices: [], faults: [fault] };
}

function joined(chains: readonly Chain[]): Chain {
  return {
    steps: chains.flatMap(({ steps }) => steps),
    notices: chains.flatMap(({ notices }) => notices),
    faults: chains.flatMap(({ faults }) => faults),
  };
}
