import type { Person } from './approvals.ts';
import type { ProjectFile } from './projectFile.ts';

/** An account, and the person behind it where one is known. Two accounts with the same `key` are one person's. */
export type Identity = { account: string; key: string; name: string; person?: Person };

/** A person of the project by name. What `people` does not say is taken from the name: it is the GitHub login too. */
export function personNamed(name: string, people: ProjectFile['people']): Person {
  return { name, github: name, ...(Object.hasOwn(people, name) ? people[name] : {}) };
}

/** All people whom a project names by their accounts. Rules that an earlier version read know none. */
export function peopleOf({ people = {} }: Partial<Pick<ProjectFile, 'people'>>): Person[] {
  return Object.keys(people).map((name) => personNamed(name, people));
}

/**
 * Whose account `<medium>:<name>` is. GitHub logins know no case. A name at the command line, over HTTP, in a signal, or bare, is a
 * person's name or GitHub login. `signal` without a name is nobody's, and so is an account of a medium that is not known.
 */
export function identify(account: string, people: readonly Person[]): Identity {
  const { medium, name } = partsOf(account);
  const person = medium === 'nobody' ? undefined : people.find((one) => knownBy(one, medium, name));
  if (person) return { account, key: `person:${person.name}`, name: person.name, person };
  if (medium !== 'login' && medium !== 'name') return { account, key: account, name: account };
  // A stranger with a person's name does not stand in the record under it.
  const taken = people.some((one) => one.name === name);
  return { account, key: `login:${name.toLowerCase()}`, name: taken ? account : name };
}

type Medium = 'login' | 'slack' | 'name' | 'nobody';

function partsOf(account: string): { medium: Medium; name: string } {
  const [, medium, name] = /^([a-z]+):(.+)$/s.exec(account) ?? [];
  if (medium === undefined || name === undefined) return { medium: account === 'signal' ? 'nobody' : 'name', name: account };
  if (medium === 'github') return { medium: 'login', name };
  if (medium === 'slack') return { medium: 'slack', name };
  return { medium: medium === 'cli' || medium === 'http' || medium === 'signal' ? 'name' : 'nobody', name };
}

function knownBy({ name: own, github, slack }: Person, medium: Medium, name: string): boolean {
  if (medium === 'slack') return slack === name;
  if (medium === 'name' && own === name) return true;
  return github?.toLowerCase() === name.toLowerCase();
}
