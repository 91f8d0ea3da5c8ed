import { lineAt } from '../../lib/tests/inventory.ts';
import { isTestRunner, type Names, readNames, requiredModule, resolvedChain } from '../../lib/tests/javascript/names.ts';
import {
  child,
  children,
  everyNode,
  identifier,
  type JavaScript,
  list,
  type Node,
  propertyName,
  stringValue,
} from '../../lib/tests/javascript/syntax.ts';
import { namesReports, tellsOfTests, tellsOfTestsInEnvironment } from './environment.ts';
import { remedies, type Trick } from './trick.ts';

type Kind = keyof typeof remedies;
type Seen = { kind: Kind; what: string };
type Place = { names: Names; ofTests: boolean };

/** Tricks of a JavaScript or TypeScript file. `ofTests`: it belongs to the tests, where tools of tests are at home. */
export function tricksOfJavaScript(js: JavaScript, ofTests: boolean): Trick[] {
  const place: Place = { names: readNames(js.program), ofTests };
  const found: Trick[] = [];
  for (const node of everyNode(js.program)) {
    const seen = ending(node, place) ?? patching(node, place) ?? (ofTests ? undefined : (detecting(node, place) ?? importing(node)));
    if (seen) found.push({ what: `\`${seen.what.slice(0, 100)}\` ${remedies[seen.kind]}`, line: lineAt(js.text, node.start) });
  }
  return found;
}

function ending(node: Node, { names, ofTests }: Place): Seen | undefined {
  if (node.type === 'CallExpression') {
    const chain = (resolvedChain(child(node, 'callee'), names) ?? []).join('.');
    if (/^process\.(?:reallyExit|abort|kill|dlopen)$/.test(chain) && (ofTests || chain === 'process.reallyExit'))
      return { kind: 'ends', what: chain };
    if (ofTests && /^(?:process|globalThis\.process)\.exit$/.test(chain)) return { kind: 'ends', what: chain };
  }
  const target = targetOf(node);
  const chain = (resolvedChain(target, names) ?? []).join('.');
  if (chain === 'process.exitCode' && (ofTests || isZero(child(node, 'right')))) return { kind: 'ends', what: chain };
  return undefined;
}

const toolNames = /^(?:assert|expect|test|it|describe|suite|vi|jest|sinon|chai)$/;
const builtInMatchers = /^to(?:Be|Equal|StrictEqual|Match|Contain|Have|Throw)/;

/** `assert.equal = …`, `globalThis.expect = …`, `Object.assign(assert, …)`, `mock.module('node:assert')`, loaders. */
function patching(node: Node, { names }: Place): Seen | undefined {
  const target = targetOf(node);
  if (target?.type === 'MemberExpression') {
    const chain = resolvedChain(target, names) ?? [];
    if (isTool(chain, 2)) return { kind: 'patches', what: `${chain.join('.')} =` };
    if (
      /^(?:process\.(?:exit|stdout\.write|stderr\.write|on|emit)|require\.cache\b.*|(?:Module|module\.constructor)\.(?:_load|_resolveFilename|_extensions\b.*|prototype\.require|prototype\._compile))$/.test(
        chain.join('.'),
      )
    )
      return { kind: 'patches', what: `${chain.join('.')} =` };
  }
  if (node.type !== 'CallExpression') return undefined;
  const called = (resolvedChain(child(node, 'callee'), names) ?? []).join('.');
  const args = list(node, 'arguments');
  if (/^(?:Object\.(?:assign|definePropert(?:y|ies)|setPrototypeOf)|Reflect\.(?:set|defineProperty))$/.test(called)) {
    const chain = resolvedChain(args[0], names) ?? requiredChain(args[0]);
    const property = stringValue(args[1]) ?? '';
    if (isTool(chain, 1) || (/^(?:globalThis|global|window)$/.test(chain.join('.')) && toolNames.test(property)))
      return { kind: 'patches', what: `${called}(${chain.join('.')})` };
  }
  if (called === 'expect.extend' && list(args[0], 'properties').some((one) => builtInMatchers.test(propertyName(one) ?? '')))
    return { kind: 'patches', what: called };
  if (/^(?:mock\.module|jest\.(?:mock|doMock|setMock)|vi\.(?:mock|doMock))$/.test(called) && isToolModule(stringValue(args[0]) ?? ''))
    return { kind: 'patches', what: `${called}(${stringValue(args[0])})` };
  if (/(?:^|\.)registerHooks$|^[Mm]odule\.register$/.test(called)) return { kind: 'patches', what: called };
  return undefined;
}

function isTool(chain: readonly string[], least: number): boolean {
  const own = /^(?:globalThis|global|window)$/.test(chain[0] ?? '') ? chain.slice(1) : chain;
  return toolNames.test(own[0] ?? '') && (own.length >= least || own.length < chain.length);
}

function isToolModule(source: string): boolean {
  return isTestRunner(source) || /^(?:node:)?assert\b|^chai$|^expect$/.test(source);
}

function requiredChain(node: Node | undefined): string[] {
  return isToolModule(requiredModule(node) ?? '') ? ['assert'] : [];
}

function targetOf(node: Node): Node | undefined {
  if (node.type === 'AssignmentExpression') return child(node, 'left');
  return node.type === 'UnaryExpression' && node.operator === 'delete' ? child(node, 'argument') : undefined;
}

function isZero(node: Node | undefined): boolean {
  return node?.type === 'Literal' && (node.value === 0 || node.value === undefined);
}

/** Reads of variables that only tests have, of the names of runners, and of the reports' place. */
function detecting(node: Node, { names }: Place): Seen | undefined {
  if (node.type === 'MemberExpression') {
    const property = propertyName(node) ?? '';
    const from = (resolvedChain(child(node, 'object'), names) ?? []).join('.');
    const environment = /(?:^|\.)env$/.test(from) || child(node, 'object')?.type === 'MetaProperty';
    if (environment ? tellsOfTestsInEnvironment(property) : tellsOfTests(property) && property !== 'VITEST')
      return { kind: 'detects', what: `${from}.${property}` };
  }
  if (node.type === 'VariableDeclarator' && child(node, 'id')?.type === 'ObjectPattern') {
    const from = (resolvedChain(child(node, 'init'), names) ?? []).join('.');
    const read = list(child(node, 'id'), 'properties')
      .map((property) => propertyName(property) ?? '')
      .find(tellsOfTestsInEnvironment);
    if (/(?:^|\.)env$/.test(from) && read !== undefined) return { kind: 'detects', what: `${from}.${read}` };
  }
  if (
    node.type === 'BinaryExpression' &&
    /^[!=]==?$/.test(String(node.operator)) &&
    children(node).some((side) => stringValue(side) === 'test') &&
    children(node).some((side) => resolvedChain(side, names)?.at(-1) === 'NODE_ENV')
  )
    return { kind: 'detects', what: "NODE_ENV === 'test'" };
  if (
    node.type === 'UnaryExpression' &&
    node.operator === 'typeof' &&
    /^(?:it|describe|test|expect|jest|vi|suite|beforeEach)$/.test(identifier(child(node, 'argument')) ?? '') &&
    !names.imported.has(identifier(child(node, 'argument')) ?? '')
  )
    return { kind: 'detects', what: `typeof ${identifier(child(node, 'argument'))}` };
  const text = stringValue(node);
  if (text === undefined) return undefined;
  if (tellsOfTests(text) || text === '--test') return { kind: 'detects', what: text };
  return namesReports(text) ? { kind: 'forges', what: text } : undefined;
}

function importing(node: Node): Seen | undefined {
  const source =
    node.type === 'ImportDeclaration' && node.importKind !== 'type' ? stringValue(child(node, 'source')) : requiredModule(node);
  return source !== undefined && isTestRunner(source) && source !== 'tap' ? { kind: 'imports', what: source } : undefined;
}
