import { readNames, resolvedChain, type Names } from './names.ts';
import { strengthOf } from './strength.ts';
import { bare, child, everyNode, identifier, isFunction, isJavaScript, list, type Node, parseJavaScript } from './syntax.ts';

type Replacement = { from: number; to: number; by: string };

/** A file of tests that expect something else than before; `tests` of them cannot pass if those of `before` do. */
export type Contradicted = { text: string; tests: number };

/**
 * Makes assertions of equality expect another literal, where they are sure to be reached: directly in a test, and that test directly in the file or a
 * group. Undefined when there are none, or when the file chooses which of its tests run.
 */
export function contradictJavaScript(path: string, text: string): Contradicted | undefined {
  if (!isJavaScript(path)) return undefined;
  const js = parseJavaScript(path, text);
  if ('error' in js) return undefined;
  const names = readNames(js.program);
  for (const node of everyNode(js.program)) {
    const chain = node.type === 'CallExpression' ? (resolvedChain(node, names) ?? []) : [];
    if (/^(?:test|it|describe|suite|context|t)$/.test(chain[0] ?? '') && chain.some((word) => chooses.test(word))) return undefined;
  }
  const perTest = testsIn(list(js.program, 'body'), names).map((test) => assertionsIn(test).flatMap((call) => replaced(call, names, text)));
  const all = perTest.flat();
  if (all.length === 0) return undefined;
  return { text: withReplacements(text, all), tests: perTest.filter((some) => some.length > 0).length };
}

const chooses = /^(?:skip|skipIf|runIf|only|todo|fails|failing|each|for|concurrent)$/;

function testsIn(statements: readonly Node[], names: Names): Node[] {
  return statements.flatMap((statement) => {
    const call = statement.type === 'ExpressionStatement' ? bare(child(statement, 'expression')) : undefined;
    if (call?.type !== 'CallExpression') return [];
    const chain = (resolvedChain(call, names) ?? []).join('.');
    const args = list(call, 'arguments');
    const fn = args.at(-1);
    // Options between name and function may skip it.
    if (!isFunction(fn) || args.length !== 2) return [];
    if (/^(?:describe|suite|context)$/.test(chain)) return testsIn(list(child(fn, 'body'), 'body'), names);
    return /^(?:test|it)$/.test(chain) && !hasSubtests(fn) ? [fn] : [];
  });
}

function hasSubtests(fn: Node): boolean {
  const own = identifier(list(fn, 'params')[0]);
  if (own === undefined) return false;
  return [...everyNode(fn)].some((node) => node.type === 'MemberExpression' && identifier(child(node, 'object')) === own);
}

/** Calls that a test makes one after the other, up to the first statement that may lead elsewhere. */
function assertionsIn(fn: Node): Node[] {
  const body = child(fn, 'body');
  const only = bare(body);
  if (only?.type !== 'BlockStatement') return only?.type === 'CallExpression' ? [only] : [];
  const found: Node[] = [];
  for (const statement of list(only, 'body')) {
    if (!/^(?:ExpressionStatement|VariableDeclaration)$/.test(statement.type)) break;
    const call = bare(child(statement, 'expression'));
    if (call?.type === 'CallExpression') found.push(call);
  }
  return found;
}

function replaced(call: Node, names: Names, text: string): Replacement[] {
  const chain = (resolvedChain(call, names) ?? []).join('.');
  const args = list(call, 'arguments');
  const isAssert = /^assert\.(?:strict\.)?(?:equal|strictEqual|deepEqual|deepStrictEqual)$/.test(chain);
  const isExpect = /^expect\.(?:toBe|toEqual|toStrictEqual|to\.equal|to\.eql|to\.deep\.equal)$/.test(chain);
  if ((!isAssert && !isExpect) || strengthOf(call, names) !== 3) return [];
  const literal = (isAssert ? [args[1], args[0]] : [args[0]]).find((arg) => arg !== undefined && otherThan(arg, text) !== undefined);
  const by = literal && otherThan(literal, text);
  return literal && by !== undefined ? [{ from: literal.start, to: literal.end, by }] : [];
}

/** Source of a value that equals the literal in no way; undefined for what is no literal. */
function otherThan(node: Node, text: string): string | undefined {
  const source = text.slice(node.start, node.end);
  if (node.type === 'ArrayExpression') return withOneMore(source, '0');
  if (node.type === 'ObjectExpression') return withOneMore(source, 'another: 0');
  if (identifier(node) === 'undefined') return '"another"';
  if (node.type === 'UnaryExpression' && /^-\d+(?:\.\d+)?$/.test(source)) return otherNumber(Number(source));
  if (node.type !== 'Literal') return undefined;
  const { value } = node;
  if (typeof value === 'number') return otherNumber(value);
  if (typeof value === 'string') return JSON.stringify(`${value}x`);
  if (typeof value === 'boolean') return String(!value);
  return value === null && source === 'null' ? '"another"' : undefined;
}

/** It should look as if a person had written it, so that code which reads it cannot tell. */
function withOneMore(source: string, more: string): string {
  const [first, inner, last] = [source.slice(0, 1), source.slice(1, -1).trimEnd(), source.slice(-1)];
  if (/\/[/*]/.test(inner)) return `${first}...${source}, ${more}${last}`;
  const space = first === '{' ? ' ' : '';
  const before = inner.trim() === '' ? space : inner.endsWith(',') ? `${inner} ` : `${inner}, `;
  return `${first}${before}${more}${space}${last}`;
}

function otherNumber(value: number): string {
  return value + 1 === value ? '0.5' : String(value + 1);
}

function withReplacements(text: string, all: readonly Replacement[]): string {
  const ordered = all.toSorted((a, b) => b.from - a.from);
  return ordered.reduce((made, { from, to, by }) => made.slice(0, from) + by + made.slice(to), text);
}
