import { peopleOf, personNamed } from '../../schemas/accounts.ts';
import type { Person } from '../../schemas/approvals.ts';
import { nearest } from '../../schemas/nearest.ts';
import type { ProjectFile } from '../../schemas/projectFile.ts';
import type { Fault } from '../configuration/problem.ts';
import type { ChangeOwners } from '../owners.ts';

/** `owners: 'unknown'` checks all that can be checked without a change; undefined: there is no CODEOWNERS. */
export type Deciders = { rules: ProjectFile; owners: ChangeOwners | undefined | 'unknown' };

/** Who is meant; `open`: anybody who did not make the change. */
export type Members = { members: Person[]; open?: boolean; fault?: Pick<Fault, 'problem' | 'fix'>; notices?: string[] };

/** The members of a role of the project, or of `owners`, `codeowners`, `anyone`. */
export function roleOf(role: string, deciders: Deciders): Members {
  const { roles, owners } = deciders.rules;
  if (Object.hasOwn(roles, role)) return filled(role, peopleFrom(roles[role] ?? [], deciders));
  if (role === 'anyone') return { members: [], open: true };
  if (role === 'owners') return filled(role, peopleFrom(owners, deciders));
  if (role === 'codeowners') return codeOwners(deciders);
  const known = [...Object.keys(roles), 'owners', 'codeowners', 'anyone'];
  return { members: [], fault: { problem: `no role is called "${role}"`, fix: nearest(role, known).replace(/^; /, '') } };
}

/** Several roles and people as one. Whatever is no role is a person's name. */
export function together(names: readonly string[], deciders: Deciders): Members {
  const special = ['anyone', 'owners', 'codeowners'];
  const isRole = (name: string) => Object.hasOwn(deciders.rules.roles, name) || special.includes(name);
  const found = names.map((name) => (isRole(name) ? roleOf(name, deciders) : peopleFrom([name], deciders)));
  return {
    members: found.flatMap(({ members }) => members),
    open: found.some(({ open }) => open),
    fault: found.find(({ fault }) => fault)?.fault,
    notices: found.flatMap(({ notices = [] }) => notices),
  };
}

function codeOwners(deciders: Deciders): Members {
  const { rules, owners: found } = deciders;
  // Nobody knows before there is a change, so nobody counts as missing.
  if (found === 'unknown') return { members: [], open: true };
  const notices = found?.notices ?? [];
  // In an order of its own: that other files change too is no change of the rules.
  const named = peopleFrom((found?.owners ?? []).toSorted(), deciders);
  if (named.members.length > 0) return { ...named, notices: [...notices, ...(named.notices ?? [])] };
  if (rules.owners.length > 0) return { ...filled('owners', peopleFrom(rules.owners, deciders)), notices };
  const team = found?.owners[0];
  if (team !== undefined)
    return { members: [], fault: { problem: `nobody is known of ${team}`, fix: `add roles: {"${team}": [names]} or owners:` } };
  if (found === undefined)
    return { members: [], fault: { problem: 'there is no CODEOWNERS file', fix: 'add .github/CODEOWNERS or owners:' } };
  return {
    members: [],
    open: true,
    notices: [...notices, `${found.file} names no owner of what changed: anybody who did not make the change may agree`],
  };
}

/** People by name, `@login`, e-mail address or team; a team whose members no role gives becomes a notice. */
function peopleFrom(names: readonly string[], { rules: { people, roles } }: Deciders): Members {
  const known = peopleOf({ people });
  const members: Person[] = [];
  const notices: string[] = [];
  for (const name of names) {
    if (/^@.+\//.test(name)) {
      const team = Object.keys(roles).find((role) => role.toLowerCase() === name.toLowerCase());
      if (team === undefined) notices.push(`nobody is asked for ${name}: add its members to roles in project.yml`);
      members.push(...(roles[team ?? ''] ?? []).map((member) => personNamed(member, people)));
    } else if (name.startsWith('@')) {
      const login = name.slice(1);
      members.push(known.find(({ github }) => github?.toLowerCase() === login.toLowerCase()) ?? personNamed(login, people));
    } else if (name.includes('@')) {
      members.push(known.find(({ email }) => email?.toLowerCase() === name.toLowerCase()) ?? { name, email: name });
    } else members.push(personNamed(name, people));
  }
  return { members, notices };
}

function filled(role: string, found: Members): Members {
  if (found.members.length > 0) return found;
  return {
    ...found,
    fault: { problem: `the role "${role}" has no members`, fix: role === 'owners' ? 'add owners:' : `add names to roles.${role}` },
  };
}

/** Each person once. */
export function different(members: readonly Person[]): Person[] {
  return members.filter(({ name }, i) => members.findIndex((other) => other.name === name) === i);
}
