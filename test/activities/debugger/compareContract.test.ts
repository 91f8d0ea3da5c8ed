import { expect, test } from 'vitest';
import { compareContract } from '../../../activities/debugger/compareContract.ts';
import { isMeaningful } from '../../../activities/debugger/meaningful.ts';
import { diagnosticsOf } from '../../../activities/debugger/diagnostics.ts';
import { Contract } from '../../../schemas/contract.ts';
import { proof } from '../../support/develop.ts';

const field = (name: string, required = true) => ({ name, type: 'number', required });
const offers = (over: object) => ({
  name: 'f',
  kind: 'function',
  module: 'src/a.ts',
  description: '',
  parameters: [field('a'), field('b')],
  returns: { type: 'number' },
  ...over,
});
function compare(code: string, ...interfaces: object[]) {
  const contract = Contract.parse({
    task_id: 't1',
    version: 1,
    title: 'T',
    language: 'typescript',
    interfaces: interfaces.length > 0 ? interfaces : [offers({})],
    test_skeletons: [],
  });
  const { mismatches, missing } = compareContract(contract, new Map(contract.interfaces.map(({ module }) => [module, code])));
  return [...mismatches.map(({ interface: name, found }) => `${name}: ${found}`), ...missing.map((name) => `missing ${name}`)];
}
const python = (over: object = {}) => offers({ module: 'a.py', ...over });

test.each([
  'export function f(a: number, b: number): number { return a; }',
  'export const f = (a, b) => a;',
  'export const f = (x, y) => x;',
  'function f(a, b, c = 1) {}\nexport { f };',
  'const g = (a, b) => a;\nexport { g as f };',
  'export const f = memo((a) => a);',
  "export * from './other.ts';",
  "export { f } from './other.ts';",
  'module.exports = { f: (a, b) => a };',
  'exports.f = function (a, b) {};',
  'function f(a, b) {}\nmodule.exports = f;',
  'export default function f(a, b) {}',
  'export function f(...numbers) {}',
  'export function f({ a }, b) {}',
])('code that keeps the contract: %s', (code) => {
  expect(compare(code)).toEqual([]);
});

test.each([
  ['export function f(a) {}', 'f: function (a)'],
  ['export function f(a, b, c) {}', 'f: function (a, b, c)'],
  ['export function f(b, a) {}', 'f: function (b, a)'],
  ['export async function f(a, b) {}', 'f: async function (a, b)'],
  ['export function f(a: number, b: number): string { return ""; }', 'f: function (a, b) → string'],
  ['export function f(a, b): Promise<number> {}', 'f: function (a, b) → Promise<number>'],
  ['export class f {}', 'f: class ()'],
  ['const f = (a) => a;\nmodule.exports = { f };', 'f: function (a)'],
  ['export function g(a, b) {}', 'missing f in src/a.ts'],
  ['', 'missing f in src/a.ts'],
])('code that does not: %s', (code, expected) => {
  expect(compare(code)).toEqual([expected]);
});

test('methods, constructors, constants and what is optional', () => {
  const code =
    'export class Cart {\n  constructor(owner, limit = 3) {}\n  add(item) {}\n  get total() { return 0; }\n}\nexport const rate = () => 1;\n';
  const method = (name: string, parameters: object[]) =>
    offers({ name, kind: 'method', of: 'Cart', parameters, returns: { type: 'void' } });
  expect(
    compare(
      code,
      offers({ name: 'Cart', kind: 'class', parameters: [field('owner'), field('limit', false)] }),
      method('add', [field('item')]),
    ),
  ).toEqual([]);
  expect(compare(code, method('add', [field('item'), field('count')]), method('remove', []))).toEqual([
    'Cart.add: function (item)',
    'missing Cart.remove in src/a.ts',
  ]);
  expect(compare(code, offers({ name: 'rate', kind: 'constant', parameters: [] }))).toEqual(['rate: function ()']);
  expect(compare('export function f(a, b) {}', offers({ parameters: [field('a'), field('b', false)] }))).toEqual(['f: function (a, b)']);
});

test.each([
  ['def f(a, b):\n    return a\n', []],
  ['def f(a: int, b: int = 1, *, quiet=False) -> int:\n    return a\n', []],
  ['def f(a, c):\n    return a\n', ['f: function (a, c)']],
  ['def f(a):\n    return a\n', ['f: function (a)']],
  ['async def f(a, b):\n    return a\n', ['f: async function (a, b)']],
  ['@cached\ndef f(a):\n    return a\n', []],
  ['from .other import f\n', []],
  ['x = 1\n', ['missing f in a.py']],
])('Python: %s', (code, expected) => {
  expect(compare(code, python())).toEqual(expected);
});

test('methods of Python are compared without self', () => {
  const code = 'class Cart:\n    def __init__(self, owner):\n        pass\n    def add(self, item):\n        pass\n';
  const add = (...parameters: object[]) => python({ name: 'add', kind: 'method', of: 'Cart', parameters });
  expect(compare(code, add(field('item')))).toEqual([]);
  expect(compare(code, add(field('item'), field('count')))).toEqual(['Cart.add: function (item)']);
});

test.each<[string, string, string, boolean]>([
  ['a.ts', 'const a = 1;\n', '// One.\nconst a  =  1\n', false],
  ['a.ts', 'const a = 1;\n', 'const a = 2;\n', true],
  ['a.py', 'def f():\n    return 1\n', '# One.\ndef f():\n  return 1\n\n', false],
  ['a.py', 'if a:\n    b()\n    c()\n', 'if a:\n    b()\nc()\n', true],
  ['a.go', 'a := 1\n', '// One.\n\na  := 1\n', false],
  ['a.go', 'a := 1\n', 'a := 2\n', true],
  ['notes.txt', 'a b\n', 'a  b\n\n', false],
])('whether %s changed by more than spaces and comments', (path, before, after, expected) => {
  expect(isMeaningful(path, before, after)).toBe(expected);
});

test('diagnostics are bounded, plain, and begin with what failed', () => {
  const log = `noise\n\u001b[31m=== FAILURES ===\u001b[0m\n${'Schlüssel \u202e fehlt\n'.repeat(5000)}end of it`;
  const text = diagnosticsOf({
    proof: proof({ accepted: false, verdict: '1 of 3 failed', failures: [{ name: 'adds', message: 'expected 3' }] }),
    commands: ['npm test'],
    missing: ['f in a.ts'],
    flaky: [],
    log,
  });
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(8192);
  expect(text).toMatch(/^1 of 3 failed\n\nTests that failed:\n- adds: expected 3/);
  expect(text).toContain('- f in a.ts');
  expect(text).toContain('end of it');
  for (const hidden of ['noise', '\u001b', '\u202e', '\uFFFD']) expect(text).not.toContain(hidden);
});
