import { describe, expect, it } from 'vitest';
import { identify, peopleOf, personNamed } from '../../schemas/accounts.ts';
import { ProjectFile } from '../../schemas/projectFile.ts';

const { people } = ProjectFile.parse({ people: { ada: { slack: 'U0ADA' }, kim: { github: 'Kim-L' } } });
const known = [...peopleOf({ people }), personNamed('grace', people)];

describe('an account', () => {
  it.each([
    ['github:ada', 'person:ada', 'ada'],
    ['github:ADA', 'person:ada', 'ada'],
    ['github:kim-l', 'person:kim', 'kim'],
    ['github:kim', 'login:kim', 'github:kim'],
    ['slack:U0ADA', 'person:ada', 'ada'],
    ['slack:u0ada', 'slack:u0ada', 'slack:u0ada'],
    ['slack:ada', 'slack:ada', 'slack:ada'],
    ['cli:kim', 'person:kim', 'kim'],
    ['http:Kim-L', 'person:kim', 'kim'],
    ['signal:grace', 'person:grace', 'grace'],
    ['grace', 'person:grace', 'grace'],
    ['cli:Eve', 'login:eve', 'Eve'],
    ['github:eve', 'login:eve', 'eve'],
    ['signal', 'signal', 'signal'],
    ['irc:ada', 'irc:ada', 'irc:ada'],
    ['signal:github:ada', 'login:github:ada', 'github:ada'],
    ['cli:slack:U0ADA', 'login:slack:u0ada', 'slack:U0ADA'],
    ['__proto__', 'login:__proto__', '__proto__'],
  ])('%s is %s', (account, key, name) => {
    expect(identify(account, known)).toMatchObject({ account, key, name });
  });

  it('of a person without an entry is taken from the name', () => {
    expect(personNamed('constructor', people)).toEqual({ name: 'constructor', github: 'constructor' });
  });
});
