import { child, everyNode, identifier, isFunction, list, type Node, propertyName, stringValue } from './syntax.ts';

/** What the names of a file stand for, as far as its text tells. */
export type Names = {
  /** `t` → `['test']`, `skip` → `['it', 'skip']`. */
  aliases: ReadonlyMap<string, readonly string[]>;
  /** Functions of the file by name. */
  functions: ReadonlyMap<string, Node>;
  /** Names that are imported from anywhere. */
  imported: ReadonlySet<string>;
};

const runners = /^(?:node:test|vitest|@jest\/globals|mocha|bun:test|ava|tap|tape|uvu|@playwright\/test|@japa\/runner)$/;
const assertionLibraries = /^(?:(?:node:)?assert(?:\/strict)?|chai|expect|should|uvu\/assert|power-assert|@std\/assert|jsr:@std\/assert)$/;

/** Whether a module is one of the usual test runners. */
export function isTestRunner(source: string): boolean {
  return runners.test(source);
}

/** `it.skip.each(table)` → `['it', 'skip', 'each']`; undefined for what does not start at a name. */
export function chainOf(node: Node | undefined): string[] | undefined {
  switch (node?.type) {
    case 'Identifier':
      return [identifier(node) ?? ''];
    case 'MemberExpression': {
      const before = chainOf(child(node, 'object'));
      return before && [...before, propertyName(node) ?? '…'];
    }
    case 'CallExpression':
      return chainOf(child(node, 'callee'));
    case 'TaggedTemplateExpression':
      return chainOf(child(node, 'tag'));
    case 'ParenthesizedExpression':
    case 'ChainExpression':
      return chainOf(child(node, 'expression'));
    default:
      return undefined;
  }
}

/** The chain with its first name said as the runner calls it. */
export function resolvedChain(node: Node | undefined, names: Names): string[] | undefined {
  const chain = chainOf(node);
  const [first = '', ...rest] = chain ?? [];
  const known = names.aliases.get(first);
  return chain && (known ? [...known, ...rest] : chain);
}

export function readNames(program: Node): Names {
  const aliases = new Map<string, readonly string[]>();
  const functions = new Map<string, Node>();
  const imported = new Set<string>();
  const learn = (local: string | undefined, source: string, name: string) => {
    if (local === undefined) return;
    imported.add(local);
    if (runners.test(source)) aliases.set(local, [name === 'default' ? 'test' : name]);
    if (assertionLibraries.test(source)) aliases.set(local, name === 'default' || name === '*' ? ['assert'] : ['assert', name]);
  };
  for (const node of everyNode(program)) {
    if (node.type === 'ImportDeclaration') {
      const source = stringValue(child(node, 'source')) ?? '';
      for (const one of list(node, 'specifiers')) learn(identifier(child(one, 'local')), source, importedName(one));
    }
    if (node.type === 'FunctionDeclaration') functions.set(identifier(child(node, 'id')) ?? '', node);
    if (node.type === 'VariableDeclarator') readVariable(node, { aliases, functions, learn });
  }
  return { aliases, functions, imported };
}

function importedName(specifier: Node): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  if (specifier.type === 'ImportNamespaceSpecifier') return '*';
  const name = child(specifier, 'imported');
  return identifier(name) ?? stringValue(name) ?? '';
}

type Learning = {
  aliases: Map<string, readonly string[]>;
  functions: Map<string, Node>;
  learn(local: string | undefined, source: string, name: string): void;
};

function readVariable(declarator: Node, { aliases, functions, learn }: Learning): void {
  const [id, init] = [child(declarator, 'id'), child(declarator, 'init')];
  const local = identifier(id);
  const source = requiredModule(init);
  if (source !== undefined) {
    if (local !== undefined) return learn(local, source, 'default');
    for (const property of list(id, 'properties')) learn(identifier(child(property, 'value')), source, propertyName(property) ?? '');
    return;
  }
  if (local === undefined) return;
  if (isFunction(init)) functions.set(local, init);
  // `const maybe = it.skip`; what is made by a call is no alias.
  const chain = init?.type === 'MemberExpression' || init?.type === 'Identifier' ? chainOf(init) : undefined;
  if (chain && /^(?:it|test|describe|suite|context|expect|assert)$/.test(chain[0] ?? '')) aliases.set(local, chain);
}

/** `require('x')`, also `require('x').strict` and `await import('x')`. */
export function requiredModule(node: Node | undefined): string | undefined {
  if (node?.type === 'AwaitExpression') return requiredModule(child(node, 'argument'));
  if (node?.type === 'ImportExpression') return stringValue(child(node, 'source'));
  if (node?.type === 'MemberExpression') return requiredModule(child(node, 'object'));
  if (node?.type !== 'CallExpression' || identifier(child(node, 'callee')) !== 'require') return undefined;
  return stringValue(list(node, 'arguments')[0]);
}
