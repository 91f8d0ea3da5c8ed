import type { Strength } from '../inventory.ts';
import { type Names, resolvedChain } from './names.ts';
import { bare, child, everyNode, list, type Node, shapeOf } from './syntax.ts';

// Last word of an assertion, as node:assert, Chai, Jest, Vitest, tap, AVA and uvu say it.
const exact =
  /^(?:(?:deep)?(?:strict)?equals?|deepStrictEqual|eqls?|is|same|strictSame|like|toBe|to(?:Strict)?Equal|toBeNull|toBeUndefined|toBeNaN|toBe(?:True|False)|toBeCloseTo|(?:to|have)Length(?:Of)?|toHaveLength|toMatch(?:Inline|File)?Snapshot|toHaveBeenCalledTimes|toHaveBeenCalledWith|toHaveBeen(?:Last|Nth)CalledWith|calledWith|toHaveReturnedWith|true|false|null|undefined|NaN|nan|snapshot|fixture|unreachable|fail)$/i;
const loose =
  /^(?:ok|notOk|truthy|falsy|assert|toBeTruthy|toBeFalsy|toBeDefined|exist|exists|toExist|isDefined|isOk|isNotNull|not\w*|pass|doesNot\w+)$/i;
const noAssertion =
  /^(?:assertions|hasAssertions|extend|addSnapshotSerializer|soft|poll|plan|use|config|setState|getState|any|anything|objectContaining|arrayContaining|stringContaining|stringMatching|AssertionError|addEqualityTesters|teardown|end|comment|diagnostic|after|before\w*|todo|log|timeout|mock|name|signal|skip)$/;
const roots = /^(?:assert|expect|should|t|tap|chai)$/;

/** How far a call (or Chai's `….to.be.true`) binds the code; undefined when it is no assertion. */
export function strengthOf(node: Node, names: Names): Strength | undefined {
  const chain = resolvedChain(node, names);
  const [root = '', ...words] = chain ?? [];
  const should = words.includes('should');
  if (!roots.test(root) && !should) return undefined;
  if (root === 'expect' && words.length === 0) return undefined;
  if ((root === 't' || root === 'tap') && words.length === 0) return undefined;
  const last = words.at(-1) ?? 'ok';
  if (noAssertion.test(last) || words.includes('test')) return undefined;
  const args = [...subjectsOf(node), ...list(node, 'arguments')];
  if (saysNothing(last, args)) return 0;
  if (/^(?:throws?|rejects|toThrow\w*|rejectedWith|throwsAsync)$/.test(last))
    return list(node, 'arguments').length > (root === 'expect' ? 0 : 1) ? 3 : 2;
  if (words.slice(0, -1).includes('not')) return 1;
  if (root === 'assert' && /^(?:ok|assert)$/.test(last)) return truthOf(bare(args[0]));
  if (loose.test(last)) return 1;
  if (args.some(isAnything)) return 1;
  return exact.test(last) ? 3 : 2;
}

/** What `expect(…)` was given, in a chain that starts with it. */
function subjectsOf(node: Node): Node[] {
  const inner = child(node, node.type === 'CallExpression' ? 'callee' : 'object');
  if (inner === undefined || inner.type === 'Identifier') return [];
  const object = inner.type === 'MemberExpression' ? child(inner, 'object') : inner;
  if (object?.type !== 'CallExpression') return object?.type === 'MemberExpression' ? subjectsOf(object) : [];
  return child(object, 'callee')?.type === 'Identifier' ? list(object, 'arguments') : subjectsOf(object);
}

/** True when it holds whatever the code does: literals only, or a thing compared with itself. */
function saysNothing(last: string, args: readonly Node[]): boolean {
  if (last === 'pass') return true;
  if (/^(?:fail|unreachable)$/.test(last) || args.length === 0) return false;
  const [first, second] = args.map(bare);
  if (args.slice(0, 2).every((arg) => isFixed(bare(arg)))) return true;
  return first !== undefined && second !== undefined && shapeOf(first) === shapeOf(second);
}

function isFixed(node: Node | undefined): boolean {
  if (node === undefined) return true;
  if (/^(?:UnaryExpression|BinaryExpression|LogicalExpression|ArrayExpression|ObjectExpression|TemplateLiteral)$/.test(node.type)) {
    return [...everyNode(node)].every(({ type }) =>
      /^(?:Literal|UnaryExpression|BinaryExpression|LogicalExpression|ArrayExpression|ObjectExpression|Property|TemplateLiteral|TemplateElement)$/.test(
        type,
      ),
    );
  }
  return node.type === 'Literal';
}

/** `assert(a === b)` says as much as `assert.equal(a, b)`. */
function truthOf(node: Node | undefined): Strength {
  if (node?.type === 'LogicalExpression') return node.operator === '&&' ? truthOf(bare(child(node, 'left'))) : 1;
  if (node?.type !== 'BinaryExpression') return 1;
  return /^={2,3}$/.test(String(node.operator)) ? 3 : 2;
}

function isAnything(node: Node): boolean {
  return (
    node.type === 'CallExpression' &&
    /^expect\.any(?:thing)?$/.test((resolvedChain(node, { aliases: new Map(), functions: new Map(), imported: new Set() }) ?? []).join('.'))
  );
}
