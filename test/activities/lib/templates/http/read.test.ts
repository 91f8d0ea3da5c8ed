import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeService } from '../../../../../activities/lib/templates/http/describe.ts';
import { readService } from '../../../../../activities/lib/templates/http/read/service.ts';
import { kinds, operations, type Field, type ServiceSubject } from '../../../../../activities/lib/templates/http/subject.ts';
import { httpService } from '../../../../../activities/lib/templates/http/template.ts';

function understood(request: string): ServiceSubject {
  const reading = readService(request);
  expect(reading).toMatchObject({ kind: 'understood' });
  return (reading as unknown as { subject: ServiceSubject }).subject;
}

function problems(request: string): string {
  const reading = readService(request);
  expect(reading.kind).toBe('refused');
  return 'problems' in reading ? reading.problems.join('\n') : '';
}

const fieldIn = (traits: string) => understood(`an HTTP service for books with x (${traits})`).resources[0]?.fields[0];

describe('a request', () => {
  it('is understood as it stands in the help', () => {
    expect(understood(httpService.example)).toEqual({
      resources: [
        {
          plural: 'books',
          singular: 'book',
          fields: [
            { name: 'title', kind: 'text', required: true },
            { name: 'pages', kind: 'number', required: false, min: 1 },
            { name: 'published', kind: 'date', required: false },
            { name: 'status', kind: 'choice', required: false, choices: ['draft', 'final'] },
          ],
          operations: [...operations],
          filters: ['status'],
        },
      ],
    });
  });

  it('may name several resources, and say less', () => {
    const { resources } = understood(
      'Please build me a small REST API for blog posts with first name (string, mandatory). It can list and create them; filtered by first name.\nAnd for stories with on (yes/no); read-only',
    );
    expect(resources.map(({ plural, singular }) => [plural, singular])).toEqual([
      ['blog posts', 'blog post'],
      ['stories', 'story'],
    ]);
    expect(resources.map((resource) => [resource.operations, resource.filters])).toEqual([
      [['list', 'create'], ['firstName']],
      [['list', 'read'], []],
    ]);
  });

  it.each([
    'an HTTP service for converting currencies between banks',
    'add a retry to the HTTP API client',
    'buy when RSI(14) < 30',
    'make the JSON service faster',
    'an HTTP service that proxies requests',
    '',
  ])('"%s" is another kind of work', (request) => {
    expect(readService(request)).toEqual({ kind: 'other' });
  });
});

it.each<[string, Partial<Field>]>([
  ['text', { kind: 'text' }],
  ['text, at most 80 characters', { kind: 'text', max: 80 }],
  ['string, 3 to 80 characters long, required', { kind: 'text', min: 3, max: 80, required: true }],
  ['number >= 1 and <= 10', { kind: 'number', min: 1, max: 10 }],
  ['number between 0.5 and 1.5', { kind: 'number', min: 0.5, max: 1.5 }],
  ['number, positive', { kind: 'number', above: 0 }],
  ['number > 0, less than 5', { kind: 'number', above: 0, below: 5 }],
  ['whole number more than 0', { kind: 'integer', min: 1 }],
  ['integer 1-5', { kind: 'integer', min: 1, max: 5 }],
  ['integer, at least -3', { kind: 'integer', min: -3 }],
  ['e-mail address', { kind: 'email' }],
  ['date and time', { kind: 'timestamp' }],
  ['a date, optional', { kind: 'date', required: false }],
  ['link', { kind: 'url' }],
  ['true or false', { kind: 'boolean' }],
  ['one of a, b, c', { kind: 'choice', choices: ['a', 'b', 'c'] }],
  ['required, a, b or c', { kind: 'choice', choices: ['a', 'b', 'c'], required: true }],
  ['either a or "in progress", required', { kind: 'choice', choices: ['a', 'in progress'], required: true }],
  ['a|b', { kind: 'choice', choices: ['a', 'b'] }],
])('reads "%s" as a type', (traits, field) => {
  expect(fieldIn(traits)).toEqual({ name: 'x', required: false, ...field });
});

describe('what is not understood', () => {
  it.each([
    ['an HTTP service for books', 'say which fields books have'],
    ['an HTTP service for books with title', '"title" is not understood as a field'],
    ['an HTTP service for books with title (text) and pages (numbr)', 'pages: "numbr" is not understood'],
    ['an HTTP service for books with title (text, encrypted)', '"encrypted" is not understood'],
    ['an HTTP service for books with title (text, unique)', '"unique" is not understood'],
    ['an HTTP service for books with title (required)', 'title: say its type'],
    ['an HTTP service for books with title (text, number)', 'two types'],
    ['an HTTP service for books with title (text ≥ 3)', 'the bounds of a text are its length'],
    ['an HTTP service for books with on (date, at least 3)', 'a date has no bounds'],
    ['an HTTP service for books with n (number at most 1,000)', '"000" is not understood'],
    ['an HTTP service for books with n (number from 3 to 1)', 'no value is between'],
    ['an HTTP service for books with n (integer > 1 and < 2)', 'no value is between'],
    ['an HTTP service for books with n (number ≥ 1, ≥ 2)', 'the same bound is there twice'],
    ['an HTTP service for books with n (a, a or b)', 'a choice is there twice'],
    ['an HTTP service for books with id (text)', 'a field cannot be called id'],
    ['an HTTP service for books with constructor (text)', 'a field cannot be called constructor'],
    ['an HTTP service for books with größe (text)', '"größe" cannot be a field'],
    ['an HTTP service for books with a (text), a (date)', 'the field a is there twice'],
    ['an HTTP service for books with a (text) and authors with name (text)', 'begin another resource after a semicolon'],
    ['an HTTP service for books with a (text); for books with b (text)', 'the resource books is there twice'],
    ['an HTTP service for stores with a (text)', 'cannot be called stores'],
    ['an HTTP service for books with a (text); list and burn', '"burn" is no operation; known: list, create, read, update, delete'],
    ['an HTTP service for books with a (text); list; create', 'the operations of books are there twice'],
    ['an HTTP service for books with a (text); listing filters by b', 'no field b to filter by; known: a'],
    ['an HTTP service for books with a (text); create; filter by a', 'filters need the operation list'],
    ['an HTTP service for books with a (text). Use PostgreSQL.', '"Use PostgreSQL" is not understood'],
    ['an HTTP service for books with a (text); only administrators may delete', 'is not understood'],
    ['an HTTP service for books with a (text', 'is not understood as a field'],
    ['an HTTP service for books with a (text); b (text)', '"b (text)" is not understood'],
  ])('in "%s" is told', (request, says) => {
    expect(problems(request)).toContain(says);
  });

  it('is told all at once', () => {
    expect(problems('an HTTP service for books with a (nothing), b, c (text); fly').split('\n')).toHaveLength(3);
  });
});

const bare = /^[a-z][a-zA-Z0-9]{0,10}$/;
const number = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((value) => value / 4);
const field: fc.Arbitrary<Field> = fc
  .record({ name: fc.stringMatching(bare).filter((name) => !['id', 'limit', 'offset', 'constructor', 'valueOf', 'toString'].includes(name)), kind: fc.constantFrom(...kinds), required: fc.boolean(), low: number, span: number.map((n) => Math.abs(n) + 1), sides: fc.integer({ min: 0, max: 8 }), words: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9 _.-]{0,8}[A-Za-z0-9])?$/), { minLength: 2, maxLength: 5 }) })
  .map(({ name, kind, required, low, span, sides, words }) => {
    const plain = { name, kind, required };
    if (kind === 'choice') return { ...plain, choices: words };
    if (kind === 'text') return { ...plain, ...(sides % 2 === 1 && { min: 1 + Math.abs(Math.trunc(low)) % 50 }), ...(sides % 3 === 0 && { max: 60 + Math.trunc(span) % 900 }) };
    if (kind !== 'number' && kind !== 'integer') return plain;
    const [from, to] = kind === 'integer' ? [Math.trunc(low) + 0, Math.trunc(low) + Math.trunc(span)] : [low, low + span];
    const least = sides % 3 === 0 ? {} : sides % 3 === 1 || kind === 'integer' ? { min: from } : { above: from };
    const most = sides < 3 ? {} : sides < 6 || kind === 'integer' ? { max: to } : { below: to };
    return { ...plain, ...least, ...most };
  }); // prettier-ignore
const resource = (plural: string, singular: string) =>
  fc
    .record({ fields: fc.uniqueArray(field, { minLength: 1, maxLength: 6, selector: ({ name }) => name }), chosen: fc.subarray([...operations], { minLength: 1 }), filtered: fc.nat() })
    .map(({ fields, chosen, filtered }) => ({
      plural, singular, fields, operations: chosen,
      filters: chosen.includes('list') ? fields.slice(0, filtered % (fields.length + 1)).map(({ name }) => name) : [],
    })); // prettier-ignore
const subject = fc
  .tuple(resource('books', 'book'), resource('blog posts', 'blog post'), resource('equipment', 'equipment'))
  .chain((resources) => fc.subarray(resources, { minLength: 1 }).map((some): ServiceSubject => ({ resources: some })));

it('reads its own description of a service back', () => {
  fc.assert(
    fc.property(subject, (service) => {
      expect(readService(describeService(service))).toEqual({ kind: 'understood', subject: service });
    }),
    { numRuns: 300 },
  );
});

it('reads or refuses whatever it is given, in time', () => {
  const piece = fc.constantFrom('title', ' (text)', '(', ')', ', ', ' and ', '; ', '. ', ' or ', '≥ 1', 'required', '"', 'list', 'filters by ', 'for books with ', 'a', '\n', '1'); // prettier-ignore
  const rest = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 60 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(rest, (text) => {
      const reading = readService(`an HTTP service for books with ${text}`);
      if (reading.kind === 'refused') expect(reading.problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
  for (const evil of ['a, '.repeat(6000), `x (${'a, '.repeat(6000)})`, `x (${'a or '.repeat(4000)})`, `x (text${' '.repeat(19_000)})`, ' and '.repeat(4000), `x (${'"'.repeat(9000)})`]) {
    const started = performance.now();
    readService(`an HTTP service for books with ${evil}`);
    expect(performance.now() - started).toBeLessThan(2000);
  } // prettier-ignore
});
