import { lessSure, type Reach, reached, type Strength } from '../inventory.ts';
import { argumentsOf, below, dotted, every, type Python, shapeOf, statementsOf, type SyntaxNode, textOf } from './syntax.ts';

type Reading = { python: Python; functions: ReadonlyMap<string, SyntaxNode>; into: Strength[]; inside: readonly SyntaxNode[] };

const deepest = 4;

/** Strengths of the assertions of a test function, also those of functions of the file that it calls. */
export function assertionsOf(test: SyntaxNode, python: Python, functions: ReadonlyMap<string, SyntaxNode>): Strength[] {
  const into: Strength[] = [];
  readStatements(statementsOf(test), 'sure', { python, functions, into, inside: [test] });
  return into.sort((a, b) => b - a);
}

function readStatements(statements: readonly SyntaxNode[], reach: Reach, reading: Reading): void {
  let left = reach;
  for (const statement of statements) {
    readStatement(statement, left, reading);
    if (/^(?:ReturnStatement|RaiseStatement|BreakStatement|ContinueStatement)$/.test(statement.name)) left = 'never';
    else if (statement.name === 'IfStatement' && returns(statement)) left = lessSure(left);
  }
}

function readStatement(node: SyntaxNode, reach: Reach, reading: Reading): void {
  switch (node.name) {
    case 'FunctionDefinition':
    case 'ClassDefinition':
    case 'DecoratedStatement':
      return;
    case 'AssertStatement':
      reading.into.push(reached(strengthOfAssert(node, reading.python), reach));
      return readCalls(node, reach, reading);
    case 'IfStatement':
      return readIf(node, reach, reading);
    case 'TryStatement':
      return readTry(node, reach, reading);
    case 'WithStatement': {
      readCalls(node, reach, reading);
      const swallows = below(node).some((item) => /(?:^|\.)suppress$/.test(dotted(item, reading.python)));
      return readStatements(statementsOf(node), swallows ? 'never' : reach, reading);
    }
    case 'ForStatement':
    case 'WhileStatement':
    case 'MatchStatement': {
      readCalls(node, reach, reading);
      const never = below(node).some((part) => /^\[\s*\]$|^\(\s*\)$|^False$/.test(textOf(part, reading.python)));
      for (const body of node.name === 'MatchStatement' ? [] : node.getChildren('Body'))
        readStatements(statementsOf(body), never ? 'never' : reach, reading);
      return;
    }
    default:
      return readCalls(node, reach, reading);
  }
}

function readIf(node: SyntaxNode, reach: Reach, reading: Reading): void {
  readCalls(node, reach, reading);
  const condition = below(node)[1];
  const never = /^(?:False|0|None)$/.test(textOf(condition, reading.python));
  const [then, ...others] = node.getChildren('Body');
  if (then && !never && below(then).some(({ name }) => name === 'RaiseStatement')) reading.into.push(reached(2, reach));
  for (const body of [then, ...others])
    if (body) readStatements(statementsOf(body), never && body === then ? 'never' : lessSure(reach), reading);
}

/** `except AssertionError: pass` takes failed assertions away. */
function readTry(node: SyntaxNode, reach: Reach, reading: Reading): void {
  const parts = below(node);
  const blocks = parts.flatMap((part, i) =>
    part.name === 'Body' ? [{ body: part, word: headOf(parts, i), caught: caughtBy(parts, i, reading.python) }] : [],
  );
  const silent = blocks.some(({ body, word, caught }) => word === 'except' && takesAssertions(caught) && !speaks(body, reading.python));
  for (const { body, word } of blocks) readStatements(statementsOf(body), word === 'try' && silent ? 'never' : reach, reading);
}

function headOf(parts: readonly SyntaxNode[], index: number): string {
  return parts.slice(0, index).findLast(({ name }) => /^(?:try|except|else|finally)$/.test(name))?.name ?? '';
}

function caughtBy(parts: readonly SyntaxNode[], index: number, python: Python): string {
  const from = parts.slice(0, index).findLastIndex(({ name }) => name === 'except');
  return parts
    .slice(from + 1, index)
    .map((part) => textOf(part, python))
    .join(' ');
}

function takesAssertions(caught: string): boolean {
  return caught.trim() === '' || /\b(?:AssertionError|Exception|BaseException|Failed)\b/.test(caught);
}

function speaks(body: SyntaxNode, python: Python): boolean {
  return [...every(body)].some(
    (node) =>
      /^(?:RaiseStatement|AssertStatement)$/.test(node.name) ||
      (node.name === 'CallExpression' && /(?:^|\.)(?:fail|assert\w+)$/.test(dotted(node, python))),
  );
}

/** Calls of a statement itself, not of the blocks in it. */
function readCalls(node: SyntaxNode, reach: Reach, reading: Reading): void {
  for (const one of below(node)) {
    if (one.name === 'Body') continue;
    if (one.name === 'CallExpression') readCall(one, reach, reading);
    readCalls(one, reach, reading);
  }
}

function readCall(call: SyntaxNode, reach: Reach, reading: Reading): void {
  const name = dotted(call, reading.python);
  const strength = strengthOfCall(name, call, reading.python);
  if (strength !== undefined) return void reading.into.push(reached(strength, reach));
  const helper = reading.functions.get(name.replace(/^self\./, ''));
  if (!helper || reading.inside.includes(helper) || reading.inside.length >= deepest) return;
  readStatements(statementsOf(helper), reach, { ...reading, inside: [...reading.inside, helper] });
}

const exactCalls =
  /^assert(?:Equals?|Is|IsNone|AlmostEqual|CountEqual|True_?Equal|(?:Multi|Sequence|List|Tuple|Dict|Set)\w*Equal|_called_(?:once_)?with|_has_calls|_any_call|_array_equal|_allclose|_frame_equal|_series_equal)$|^assert_(?:equal|array_equal|almost_equal|allclose|frame_equal|series_equal|called_once_with|called_with|has_calls)$/;
const looseCalls = /^assert(?:True|False|IsNotNone|Not\w+|IsNot|_called|_not_called|_)$|^assert_(?:called|true|false)$/;

function strengthOfCall(name: string, call: SyntaxNode, python: Python): Strength | undefined {
  const last = name.split('.').at(-1) ?? '';
  const args = argumentsOf(call);
  if (/^(?:pytest\.)?(?:raises|warns)$/.test(name)) return args.length > 1 ? 3 : 2;
  if (/^(?:pytest|self)\.fail$/.test(name)) return 3;
  if (/^assert(?:Raises|Warns)Regex$/.test(last)) return 3;
  if (!/^assert(?:[A-Z_]|$)/.test(last)) return undefined;
  if (args.length > 0 && args.slice(0, 2).every(({ value }) => isFixed(value))) return 0;
  const [first, second] = args;
  if (first && second && shapeOf(first.value, python) === shapeOf(second.value, python)) return 0;
  if (/^assertTrue$/.test(last)) return first ? truthOf(first.value, python) : 1;
  return exactCalls.test(last) ? 3 : looseCalls.test(last) ? 1 : 2;
}

function strengthOfAssert(node: SyntaxNode, python: Python): Strength {
  const said = below(node)[1];
  return said ? truthOf(said, python) : 0;
}

function truthOf(said: SyntaxNode, python: Python): Strength {
  if (said.name === 'ParenthesizedExpression') return said.firstChild?.nextSibling ? truthOf(said.firstChild.nextSibling, python) : 0;
  // A tuple is true whatever is in it.
  if (said.name === 'TupleExpression' || isFixed(said)) return 0;
  if (said.name === 'UnaryExpression') return 1;
  if (said.name === 'BinaryExpression') {
    const [left, sign, right] = below(said);
    if (left && right && (shapeOf(left, python) === shapeOf(right, python) || (isFixed(left) && isFixed(right)))) return 0;
    const operator = textOf(sign, python);
    if (operator === 'and' && left) return truthOf(left, python);
    if (operator === 'or') return right && isFixed(right) && !/^(?:False|None|0)$/.test(textOf(right, python)) ? 0 : 1;
    if (operator === '==') return 3;
    if (operator === 'is') return /^\s*not\b/.test(python.text.slice(sign?.to ?? 0)) ? 1 : 3;
    return /^(?:!=|not)$/.test(operator) ? 1 : 2;
  }
  return said.name === 'CallExpression' && /^(?:isinstance|all|any|math\.isclose)$/.test(dotted(said, python)) ? 2 : 1;
}

function isFixed(node: SyntaxNode): boolean {
  return /^(?:Number|String|Boolean|None)$/.test(node.name);
}

function returns(statement: SyntaxNode): boolean {
  return [...every(statement)].some(({ name }) => name === 'ReturnStatement');
}
