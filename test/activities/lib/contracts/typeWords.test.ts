import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { schemaOfType } from '../../../../activities/lib/contracts/typeWords.ts';

const modelRef = (name: string) => (name === 'Book' ? { $ref: '#/book' } : undefined);
const book = { $ref: '#/book' };
const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

it.each([
  ['string', { type: 'string' }],
  ['str', { type: 'string' }],
  ['i64', { type: 'integer' }],
  ['boolean', { type: 'boolean' }],
  ['datetime', { type: 'string', format: 'date-time' }],
  ['unknown', {}],
  ['Book', book],
  ['number[]', { type: 'array', items: { type: 'number' } }],
  ['string[][]', { type: 'array', items: { type: 'array', items: { type: 'string' } } }],
  ['Array<Book>', { type: 'array', items: book }],
  ['list[int]', { type: 'array', items: { type: 'integer' } }],
  ['[]Book', { type: 'array', items: book }],
  ['Vec<u8>', { type: 'array', items: { type: 'integer' } }],
  ['Book | null', nullable(book)],
  ['str | None', nullable({ type: 'string' })],
  ['Optional[Book]', nullable(book)],
  ['(Book | null)[]', { type: 'array', items: nullable(book) }],
  ['Promise<Book>', book],
  ['Promise<Book> | Array<Book>', { anyOf: [book, { type: 'array', items: book }] }],
  ['Record<string, number>', { type: 'object', additionalProperties: { type: 'number' } }],
  ['dict[str, list[Book]]', { type: 'object', additionalProperties: { type: 'array', items: book } }],
  ['map[string]bool', { type: 'object', additionalProperties: { type: 'boolean' } }],
  ["'draft' | 'final'", { enum: ['draft', 'final'] }],
  ["'a|b' | 3 | true", { enum: ['a|b', 3, true] }],
  ['"x" | Book', { anyOf: [book, { enum: ['x'] }] }],
  ['Map<Book, number>', { description: 'Map<Book, number>' }],
  ['(value: string) => void', { description: '(value: string) => void' }],
  ['{ a: number }', { description: '{ a: number }' }],
  ['constructor', { description: 'constructor' }],
  ['__proto__', { description: '__proto__' }],
])('%s is %j', (type, schema) => {
  expect(schemaOfType(type, modelRef)).toEqual(schema);
});

it('makes a schema of whatever it is given', () => {
  const piece = fc.constantFrom(
    'Array<',
    '>',
    '[',
    ']',
    '(',
    ')',
    '|',
    '[]',
    'Book',
    'string',
    "'",
    '"',
    ' ',
    ',',
    'dict[str,',
    'null',
    '\n',
  );
  const words = fc.oneof(
    fc.string({ maxLength: 500 }),
    fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join('').slice(0, 500)),
  );
  fc.assert(
    fc.property(words, (type) => {
      expect(JSON.parse(JSON.stringify(schemaOfType(type, modelRef)))).toBeTypeOf('object');
    }),
  );
});
