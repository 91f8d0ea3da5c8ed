import { parser } from '@lezer/python';

export type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

export type Python = { top: SyntaxNode; text: string };

export function isPython(path: string): boolean {
  return path.endsWith('.py');
}

/** The syntax of a Python file; what cannot be read is left out. */
export function parsePython(text: string): Python {
  return { top: parser.parse(text).topNode, text };
}

export function textOf(node: SyntaxNode | null | undefined, { text }: Python): string {
  return node ? text.slice(node.from, node.to) : '';
}

/** The nodes right below, in order, also words and signs. */
export function below(node: SyntaxNode | null | undefined): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let next = node?.firstChild ?? null; next; next = next.nextSibling) found.push(next);
  return found;
}

/** The node and all below it, in order, however deep they are nested. */
export function* every(node: SyntaxNode): Generator<SyntaxNode> {
  const left = [node];
  for (let next = left.pop(); next; next = left.pop()) {
    yield next;
    left.push(...below(next).toReversed());
  }
}

/** Dotted name of a decorator, a call's function or an expression: `pytest.mark.skipif`; '' when it is none. */
export function dotted(node: SyntaxNode | null | undefined, python: Python): string {
  if (!node) return '';
  if (node.name === 'CallExpression') return dotted(node.firstChild, python);
  if (node.name === 'Decorator') {
    const parts = below(node).filter(({ name }) => name === 'VariableName' || name === 'PropertyName');
    return parts.map((part) => textOf(part, python)).join('.');
  }
  return /^(?:VariableName|MemberExpression)$/.test(node.name) ? textOf(node, python).replace(/\s+/g, '') : '';
}

/** Arguments of a call or decorator, each with its keyword where it has one. */
export function argumentsOf(node: SyntaxNode | null | undefined): { keyword?: SyntaxNode; value: SyntaxNode }[] {
  const found: { keyword?: SyntaxNode; value: SyntaxNode }[] = [];
  const parts = below(node?.getChild('ArgList')).filter(({ name }) => !/^[(),]$/.test(name) && name !== 'Comment');
  for (let i = 0; i < parts.length; i++) {
    const [one, sign, value] = parts.slice(i, i + 3);
    if (one && sign?.name === 'AssignOp' && value) {
      found.push({ keyword: one, value });
      i += 2;
    } else if (one) found.push({ value: one });
  }
  return found;
}

/** The node's words without spacing and comments: the same for the same code. */
export function shapeOf(node: SyntaxNode, python: Python): string {
  const words: string[] = [];
  for (const one of every(node)) if (!one.firstChild && one.name !== 'Comment') words.push(one.name === 'Body' ? '' : textOf(one, python));
  return words.join(' ');
}

/** The function or class behind decorators. */
export function definitionOf(node: SyntaxNode): { definition: SyntaxNode; decorators: SyntaxNode[] } | undefined {
  if (/^(?:FunctionDefinition|ClassDefinition)$/.test(node.name)) return { definition: node, decorators: [] };
  if (node.name !== 'DecoratedStatement') return undefined;
  const definition = node.getChild('FunctionDefinition') ?? node.getChild('ClassDefinition');
  return definition ? { definition, decorators: node.getChildren('Decorator') } : undefined;
}

/** Statements of a function, class, branch or the file. */
export function statementsOf(node: SyntaxNode): SyntaxNode[] {
  const body = node.name === 'Script' || node.name === 'Body' ? node : node.getChild('Body');
  return below(body).filter(({ name }) => name !== ':' && name !== 'Comment');
}
