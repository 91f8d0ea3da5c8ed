import { lessSure, type Reach, reached, type Strength } from '../inventory.ts';
import { chainOf, type Names } from './names.ts';
import { strengthOf } from './strength.ts';
import { child, children, everyNode, identifier, isFunction, list, type Node } from './syntax.ts';

type Reading = {
  names: Names;
  into: Strength[];
  /** Functions that are being read, so that recursion ends. */ inside: readonly Node[];
  isTest(call: Node): boolean;
};

const deepest = 4;

/** Strengths of the assertions of a test's function, also those of functions of the file that it calls. Nested tests are not looked into. */
export function assertionsOf(test: Node, names: Names, isTest: (call: Node) => boolean): Strength[] {
  const into: Strength[] = [];
  readBody(test, 'sure', { names, into, inside: [test], isTest });
  return into.sort((a, b) => b - a);
}

function readBody(fn: Node, reach: Reach, reading: Reading): void {
  const body = child(fn, 'body');
  if (body) read(body, reach, reading);
}

function read(node: Node, reach: Reach, reading: Reading): void {
  switch (node.type) {
    case 'BlockStatement':
    case 'StaticBlock':
      return readStatements(list(node, 'body'), reach, reading);
    case 'SwitchCase':
      return readStatements(list(node, 'consequent'), lessSure(reach), reading);
    case 'IfStatement':
      return readIf(node, reach, reading);
    case 'ConditionalExpression':
    case 'LogicalExpression':
      return readBranches(node, reach, reading);
    case 'TryStatement':
      return readTry(node, reach, reading);
    case 'ForStatement':
    case 'WhileStatement':
    case 'ForOfStatement':
    case 'ForInStatement':
      return readBelow(node, neverRuns(node) ? 'never' : reach, reading);
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return;
    case 'VariableDeclarator': {
      const init = child(node, 'init');
      // A function counts where it is called.
      if (init && !isFunction(init)) read(init, reach, reading);
      return;
    }
    case 'CallExpression':
      return readCall(node, reach, reading);
    case 'ExpressionStatement':
      return readStatement(node, reach, reading);
    default:
      return readBelow(node, reach, reading);
  }
}

function readBelow(node: Node, reach: Reach, reading: Reading): void {
  for (const below of children(node)) read(below, reach, reading);
}

/** What stands behind `return` is never reached, and behind `if (…) return` only sometimes. */
function readStatements(statements: readonly Node[], reach: Reach, reading: Reading): void {
  let left: Reach = reach;
  for (const statement of statements) {
    read(statement, left, reading);
    if (/^(?:ReturnStatement|ThrowStatement|BreakStatement|ContinueStatement)$/.test(statement.type)) left = 'never';
    else if (leavesSometimes(statement)) left = isConstant(child(statement, 'test')) === true ? 'never' : lessSure(left);
  }
}

function leavesSometimes(statement: Node): boolean {
  if (statement.type !== 'IfStatement') return false;
  return [...withoutFunctions(statement)].some(({ type }) => type === 'ReturnStatement');
}

function readIf(node: Node, reach: Reach, reading: Reading): void {
  const [test, then, otherwise] = [child(node, 'test'), child(node, 'consequent'), child(node, 'alternate')];
  if (test) read(test, reach, reading);
  const constant = isConstant(test);
  // `if (wrong) throw …` is an assertion too.
  if (then && constant === undefined && throwsDirectly(then)) reading.into.push(reached(2, reach));
  if (then) read(then, constant === false ? 'never' : constant === true ? reach : lessSure(reach), reading);
  if (otherwise) read(otherwise, constant === true ? 'never' : constant === false ? reach : lessSure(reach), reading);
}

function readBranches(node: Node, reach: Reach, reading: Reading): void {
  const [first, ...rest] = children(node);
  if (first) read(first, reach, reading);
  for (const branch of rest) read(branch, isConstant(first) === false && node.operator !== '||' ? 'never' : lessSure(reach), reading);
}

/** A failed assertion that a `catch` without a word of its own takes is not seen. */
function readTry(node: Node, reach: Reach, reading: Reading): void {
  const [block, handler, last] = [child(node, 'block'), child(node, 'handler'), child(node, 'finalizer')];
  const silent =
    (handler !== undefined && !speaks(handler, reading)) ||
    (last !== undefined && [...withoutFunctions(last)].some(({ type }) => type === 'ReturnStatement'));
  if (block) read(block, silent ? 'never' : reach, reading);
  if (handler) read(handler, reach, reading);
  if (last) read(last, reach, reading);
}

function speaks(handler: Node, reading: Reading): boolean {
  const said: Strength[] = [];
  for (const node of everyNode(handler)) {
    if (node.type === 'ThrowStatement') return true;
    if (node.type === 'CallExpression' && /^(?:done|reject|fail)$/.test(chainOf(node)?.at(-1) ?? '')) return true;
    const strength = node.type === 'CallExpression' ? strengthOf(node, reading.names) : undefined;
    if (strength !== undefined) said.push(strength);
  }
  return said.some((strength) => strength > 0);
}

function readStatement(node: Node, reach: Reach, reading: Reading): void {
  const expression = child(node, 'expression');
  // Chai: `expect(x).to.be.true`.
  const strength = expression?.type === 'MemberExpression' ? strengthOf(expression, reading.names) : undefined;
  if (strength !== undefined) reading.into.push(reached(strength, reach));
  readBelow(node, reach, reading);
}

function readCall(call: Node, reach: Reach, reading: Reading): void {
  if (reading.isTest(call)) return;
  const callee = child(call, 'callee');
  const args = list(call, 'arguments');
  const strength = strengthOf(call, reading.names);
  if (strength !== undefined) reading.into.push(reached(strength, reach));
  else readHelper(call, reach, reading);

  const catches = callee?.type === 'MemberExpression' && chainEnd(callee) === 'catch' && args[0] !== undefined && !speaks(args[0], reading);
  if (callee && callee.type !== 'Identifier')
    readBelow(callee, catches ? 'never' : reach, { ...reading, into: strength === undefined ? reading.into : [] });
  for (const arg of args) {
    if (isFunction(arg)) readBody(arg, reach, reading);
    else read(arg, reach, reading);
  }
}

function readHelper(call: Node, reach: Reach, reading: Reading): void {
  const name = identifier(child(call, 'callee'));
  const fn = name === undefined ? undefined : reading.names.functions.get(name);
  if (fn && !reading.inside.includes(fn) && reading.inside.length < deepest)
    readBody(fn, reach, { ...reading, inside: [...reading.inside, fn] });
  else if (
    !fn &&
    name !== undefined &&
    reading.names.imported.has(name) &&
    /^(?:assert|expect|check|verify|should|must|ensure)/i.test(name)
  ) {
    reading.into.push(reached(2, reach));
  }
}

function chainEnd(member: Node): string | undefined {
  return identifier(child(member, 'property'));
}

function throwsDirectly(node: Node): boolean {
  return (
    node.type === 'ThrowStatement' || (node.type === 'BlockStatement' && list(node, 'body').some(({ type }) => type === 'ThrowStatement'))
  );
}

/** The value of a condition that does not depend on anything. */
function isConstant(node: Node | undefined): boolean | undefined {
  if (node?.type === 'Literal') return Boolean(node.value);
  if (node?.type === 'UnaryExpression' && node.operator === '!') {
    const value = isConstant(child(node, 'argument'));
    return value === undefined ? undefined : !value;
  }
  return undefined;
}

function neverRuns(loop: Node): boolean {
  const right = child(loop, 'right');
  if (right?.type === 'ArrayExpression') return list(right, 'elements').length === 0;
  return isConstant(child(loop, 'test')) === false;
}

function* withoutFunctions(node: Node): Generator<Node> {
  yield node;
  for (const below of children(node)) if (!isFunction(below)) yield* withoutFunctions(below);
}
