import { extname } from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';

/** A node of an ESTree; which fields there are depends on `type`. */
export type Node = { type: string; start: number; end: number } & Readonly<Record<string, unknown>>;

export type JavaScript = { program: Node; text: string };

/** Whether a file is JavaScript or TypeScript that can be read. */
export function isJavaScript(path: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(path);
}

/** The syntax of a file, or where it breaks the language's rules. */
export function parseJavaScript(path: string, text: string): JavaScript | { error: string } {
  // JSX may stand in .js files.
  const name = extname(path) === '.js' ? path.replace(/js$/, 'jsx') : path;
  const { program, errors } = parseSync(name, text);
  const [first] = errors;
  if (first === undefined) return { program: program as unknown as Node, text };
  const line = text.slice(0, first.labels[0]?.start ?? 0).split('\n').length;
  return { error: `line ${line}: ${first.message}` };
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

export function child(node: Node | undefined, field: string): Node | undefined {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
}

export function list(node: Node | undefined, field: string): Node[] {
  const value = node?.[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The nodes right below, in order. */
export function children(node: Node): Node[] {
  return (visitorKeys[node.type] ?? []).flatMap((field) => {
    const value = node[field];
    return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
  });
}

/** The node and all below it, in order, however deep they are nested. */
export function* everyNode(node: Node): Generator<Node> {
  const left = [node];
  for (let next = left.pop(); next; next = left.pop()) {
    yield next;
    left.push(...children(next).toReversed());
  }
}

export function identifier(node: Node | undefined): string | undefined {
  return node?.type === 'Identifier' && typeof node.name === 'string' ? node.name : undefined;
}

/** Text of a string literal, or of a template without holes. */
export function stringValue(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node?.type !== 'TemplateLiteral' || list(node, 'expressions').length > 0) return undefined;
  return cooked(list(node, 'quasis')[0]);
}

export function cooked(quasi: Node | undefined): string {
  const value = quasi?.value;
  return typeof value === 'object' && value !== null && 'cooked' in value && typeof value.cooked === 'string' ? value.cooked : '';
}

/** Name of a property: `a.b` and `a['b']` are the same. */
export function propertyName(member: Node): string | undefined {
  const property = child(member, member.type === 'MemberExpression' ? 'property' : 'key');
  return member.computed === true ? stringValue(property) : (identifier(property) ?? stringValue(property));
}

export type FunctionNode = Node & { type: 'ArrowFunctionExpression' | 'FunctionExpression' | 'FunctionDeclaration' };

export function isFunction(node: Node | undefined): node is FunctionNode {
  return node !== undefined && /^(?:ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node.type);
}

/** `(x)`, `x as T`, `x!` and `await x` are x. */
export function bare(node: Node | undefined): Node | undefined {
  const wrapped = /^(?:ParenthesizedExpression|TSAsExpression|TSNonNullExpression|TSSatisfiesExpression|AwaitExpression|ChainExpression)$/;
  return node !== undefined && wrapped.test(node.type)
    ? bare(child(node, node.type === 'AwaitExpression' ? 'argument' : 'expression'))
    : node;
}

/** A node without its position: the same for the same code, whatever its spacing and comments. */
export function shapeOf(node: Node): string {
  return JSON.stringify(node, (key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : ['start', 'end', 'range', 'loc', 'raw', 'parent'].includes(key) ? undefined : value,
  );
}
