import { lineAt, type TestEntry, type TestInventory } from '../inventory.ts';
import { assertionsOf } from './assertions.ts';
import { chainOf, type Names, readNames, resolvedChain } from './names.ts';
import {
  bare,
  child,
  children,
  cooked,
  everyNode,
  identifier,
  isFunction,
  type JavaScript,
  list,
  type Node,
  propertyName,
  shapeOf,
  stringValue,
} from './syntax.ts';

const tests = /^(?:it|test|specify|xit|xtest|xspecify|fit|ftest)$/;
const groups = /^(?:describe|context|suite|xdescribe|xcontext|xsuite|fdescribe|fcontext)$/;
const modifiers =
  /^(?:skip|only|todo|fixme|failing|fails|fail|concurrent|sequential|serial|parallel|each|for|skipIf|runIf|if|shuffle|slow|extend|override|cb|step|describe|test|it)$/;

type Context = { titles: string[]; state: TestEntry['state']; only: boolean };
type Reading = { js: JavaScript; names: Names; found: TestEntry[] };

/** What kind of registration a call is, and how it is to be run. */
type Registration = { kind: 'test' | 'group'; state: TestEntry['state']; only: boolean };

/** Tests of a JavaScript or TypeScript file, by what its text registers with any of the usual runners. */
export function inventoryOfJavaScript(js: JavaScript): TestInventory {
  const reading: Reading = { js, names: readNames(js.program), found: [] };
  collect(js.program, { titles: [], state: 'runs', only: false }, reading);
  return { tests: reading.found };
}

function collect(node: Node, context: Context, reading: Reading): void {
  const registration = node.type === 'CallExpression' ? registrationOf(node, reading.names) : undefined;
  if (registration) return register(node, registration, context, reading);
  const conditional = /^(?:IfStatement|ConditionalExpression|LogicalExpression|SwitchStatement|CatchClause)$/.test(node.type);
  const inner: Context = conditional ? { ...context, state: worse(context.state, 'conditional') } : context;
  let left = inner;
  for (const below of children(node)) {
    collect(below, left, reading);
    // A group or module that is left early does not register what stands behind.
    if (node.type === 'BlockStatement' && leaves(below))
      left = { ...left, state: worse(left.state, below.type === 'IfStatement' ? 'conditional' : 'skipped') };
  }
}

function leaves(statement: Node): boolean {
  if (statement.type === 'ReturnStatement') return true;
  const then = statement.type === 'IfStatement' ? child(statement, 'consequent') : undefined;
  return then !== undefined && (then.type === 'ReturnStatement' || list(then, 'body').some(({ type }) => type === 'ReturnStatement'));
}

function registrationOf(call: Node, names: Names): Registration | undefined {
  const callee = bare(child(call, 'callee'));
  if (callee?.type === 'ConditionalExpression') {
    const either = [child(callee, 'consequent'), child(callee, 'alternate')].map(
      (branch) => branch && byChain(resolvedChain(branch, names), call),
    );
    const known = either.find((one) => one !== undefined);
    return known && { ...known, state: 'conditional' };
  }
  return byChain(resolvedChain(callee, names), call);
}

function byChain(chain: string[] | undefined, call: Node): Registration | undefined {
  const [root = '', ...rest] = chain ?? [];
  const args = list(call, 'arguments');
  const all = [root, ...rest];
  const isMethod = !tests.test(root) && !groups.test(root);
  // `t.test('…', fn)` of a subtest; anything else with such a method is something else.
  if (
    isMethod &&
    !(
      /^(?:test|it|describe|suite)$/.test(rest.at(-1) ?? '') &&
      /^(?:t|tap|suite|ctx|context|runner)$/.test(root) &&
      args.some(holdsFunction)
    )
  )
    return undefined;
  const words = isMethod ? [] : rest;
  if (words.some((word) => !modifiers.test(word))) return undefined;
  // `it.each(table)` alone makes a function that registers.
  if (/^(?:each|for|skipIf|runIf|if|extend)$/.test(words.at(-1) ?? '') && child(call, 'callee')?.type === 'MemberExpression')
    return undefined;
  if (!args.some(holdsFunction) && stringValue(args[0]) === undefined && args[0]?.type !== 'TemplateLiteral') return undefined;
  const kind = all.some((word) => groups.test(word)) && !/^(?:test|it)$/.test(all.at(-1) ?? '') ? 'group' : 'test';
  const off =
    root.startsWith('x') || words.some((word) => /^(?:skip|todo|fixme|failing|fails|fail)$/.test(word)) || !args.some(holdsFunctionOrName);
  const maybe = words.some((word) => /^(?:skipIf|runIf|if)$/.test(word));
  return {
    kind,
    state: off ? 'skipped' : maybe ? 'conditional' : 'runs',
    only: /^f(?:it|test|describe|context)$/.test(root) || words.includes('only'),
  };
}

function register(call: Node, { kind, state, only }: Registration, context: Context, reading: Reading): void {
  const args = list(call, 'arguments');
  const options = optionsOf(args);
  const fn = functionOf(args, reading.names);
  const here: Context = {
    titles: [...context.titles, titleOf(args[0], reading.js.text)],
    state: worse(worse(context.state, state), options.state),
    only: context.only || only || options.only,
  };
  if (kind === 'test' && fn) here.state = worse(here.state, skipsItself(fn));
  if (kind === 'test') {
    const isTest = (node: Node) => registrationOf(node, reading.names) !== undefined;
    reading.found.push({
      titles: here.titles,
      line: lineAt(reading.js.text, call.start),
      state: here.state,
      only: here.only,
      assertions: fn ? assertionsOf(fn, reading.names, isTest) : [],
      body: fn ? shapeOf(child(fn, 'body') ?? fn) : '',
    });
  }
  // Subtests of a test, and the tests of a group.
  const body = fn && child(fn, 'body');
  if (body) collect(body, here, reading);
}

function worse(a: TestEntry['state'], b: TestEntry['state']): TestEntry['state'] {
  const order = ['runs', 'conditional', 'skipped'] as const;
  return order[Math.max(order.indexOf(a), order.indexOf(b))] ?? 'skipped';
}

/** `{ skip: true }`, `{ todo: 'later' }`, `{ only: true }` of node:test and others. */
function optionsOf(args: readonly Node[]): { state: TestEntry['state']; only: boolean } {
  const found = { state: 'runs' as TestEntry['state'], only: false };
  for (const property of args.flatMap((arg) => (arg.type === 'ObjectExpression' ? list(arg, 'properties') : []))) {
    const name = propertyName(property);
    const value = child(property, 'value');
    const off = value?.type === 'Literal' && !value.value;
    if (off || value === undefined) continue;
    if (name === 'only') found.only = true;
    if (name === 'skip' || name === 'todo' || name === 'fails')
      found.state = worse(found.state, value.type === 'Literal' ? 'skipped' : 'conditional');
  }
  return found;
}

/** `this.skip()`, `t.skip()`: at the top of a test it is skipped, deeper only sometimes. */
function skipsItself(fn: Node): TestEntry['state'] {
  const isSkip = (node: Node) => {
    if (node.type !== 'CallExpression') return false;
    const callee = child(node, 'callee');
    if (callee?.type !== 'MemberExpression' || !/^(?:skip|todo)$/.test(propertyName(callee) ?? '')) return false;
    return child(callee, 'object')?.type === 'ThisExpression' || /^(?:t|ctx|context|test|it)$/.test(chainOf(callee)?.[0] ?? '');
  };
  const body = child(fn, 'body');
  const top = list(body, 'body').some(
    (statement) =>
      statement.type === 'ExpressionStatement' &&
      [child(statement, 'expression')].some((one) => one && isSkip(one) && list(one, 'arguments').every((arg) => arg.type === 'Literal')),
  );
  if (top) return 'skipped';
  return body && [...everyNode(body)].some(isSkip) ? 'conditional' : 'runs';
}

function holdsFunction(node: Node): boolean {
  return isFunction(node) || (node.type === 'CallExpression' && list(node, 'arguments').some(holdsFunction));
}

function holdsFunctionOrName(node: Node): boolean {
  return holdsFunction(node) || node.type === 'Identifier' || node.type === 'MemberExpression' || node.type === 'CallExpression';
}

function functionOf(args: readonly Node[], names: Names): Node | undefined {
  const last = args.findLast(holdsFunctionOrName);
  if (last === undefined || isFunction(last)) return last;
  if (last.type === 'CallExpression') return functionOf(list(last, 'arguments'), names);
  return names.functions.get(identifier(last) ?? '');
}

function titleOf(node: Node | undefined, text: string): string {
  if (node?.type === 'TemplateLiteral') return list(node, 'quasis').map(cooked).join('…');
  if (node && isFunction(node)) return identifier(child(node, 'id')) ?? '…';
  const said = stringValue(node);
  // `%s`, `$name`: filled in by a table.
  if (said !== undefined) return said.replace(/%[sdifjo#%]|\$[\w.]+/g, '…');
  return node === undefined || node.type === 'Identifier' || node.type === 'CallExpression'
    ? '…'
    : text.slice(node.start, node.end).slice(0, 100);
}
