import {
  bare,
  child,
  identifier,
  isFunction,
  type JavaScript,
  list,
  type Node,
  propertyName,
  stringValue,
} from '../../lib/tests/javascript/syntax.ts';
import type { Offers, Parameter, Shape } from './shape.ts';

type Locals = Map<string, Shape>;
type Reading = { text: string; locals: Locals; names: Map<string, Shape>; open: boolean };

/** What a JavaScript or TypeScript module exports, as ES module or CommonJS. */
export function offersOfJavaScript({ program, text }: JavaScript): Offers {
  const reading: Reading = { text, locals: new Map(), names: new Map(), open: false };
  const statements = list(program, 'body');
  for (const statement of statements) readLocals(exported(statement) ?? statement, reading);
  for (const statement of statements) readExports(statement, reading);
  return { names: reading.names, open: reading.open };
}

function exported(statement: Node): Node | undefined {
  return /^Export(?:Named|Default)Declaration$/.test(statement.type) ? child(statement, 'declaration') : undefined;
}

function readLocals(statement: Node, { locals, text }: Reading): void {
  const name = identifier(child(statement, 'id'));
  if (name !== undefined && /^(?:FunctionDeclaration|ClassDeclaration|TSDeclareFunction)$/.test(statement.type))
    locals.set(name, shapeOfNode(statement, text, locals));
  for (const declarator of statement.type === 'VariableDeclaration' ? list(statement, 'declarations') : []) {
    const local = identifier(child(declarator, 'id'));
    if (local !== undefined) locals.set(local, shapeOfNode(child(declarator, 'init'), text, locals));
  }
}

function readExports(statement: Node, reading: Reading): void {
  const { locals, names, text } = reading;
  if (statement.type === 'ExportAllDeclaration') reading.open = true;
  if (statement.type === 'ExportDefaultDeclaration') names.set('default', shapeOfNode(child(statement, 'declaration'), text, locals));
  if (statement.type === 'ExportNamedDeclaration') {
    const declaration = child(statement, 'declaration');
    const declared =
      declaration && (identifier(child(declaration, 'id')) ?? list(declaration, 'declarations').map((one) => identifier(child(one, 'id'))));
    for (const name of [declared].flat()) if (name !== undefined) names.set(name, locals.get(name) ?? { kind: 'value' });
    for (const one of list(statement, 'specifiers')) {
      const [local, name] = [wordOf(child(one, 'local')), wordOf(child(one, 'exported'))];
      names.set(name, child(statement, 'source') ? { kind: 'value' } : (locals.get(local) ?? { kind: 'value' }));
    }
  }
  if (statement.type === 'ExpressionStatement') readCommonJs(child(statement, 'expression'), reading);
}

function wordOf(node: Node | undefined): string {
  return identifier(node) ?? stringValue(node) ?? '';
}

/** `module.exports = …`, `module.exports.x = …`, `exports.x = …`. */
function readCommonJs(expression: Node | undefined, reading: Reading): void {
  if (expression?.type !== 'AssignmentExpression') return;
  const target = child(expression, 'left');
  const value = child(expression, 'right');
  const path = target === undefined ? '' : reading.text.slice(target.start, target.end).replace(/\s+/g, '');
  const { names, locals, text } = reading;
  const name = /^(?:module\.)?exports\.(\w+)$/.exec(path)?.[1];
  if (name !== undefined) names.set(name, shapeOfNode(value, text, locals));
  if (path !== 'module.exports') return;
  if (value?.type !== 'ObjectExpression') {
    const shape = shapeOfNode(value, text, locals);
    names.set('default', shape);
    const own = identifier(value) ?? identifier(child(value, 'id'));
    if (own !== undefined) names.set(own, shape);
    reading.open = shape.kind === 'value';
    return;
  }
  for (const property of list(value, 'properties')) {
    const key = propertyName(property);
    if (property.type === 'SpreadElement') reading.open = true;
    else if (key !== undefined) names.set(key, shapeOfNode(child(property, 'value'), text, locals));
  }
}

function shapeOfNode(node: Node | undefined, text: string, locals: Locals): Shape {
  const said = node?.type === 'AwaitExpression' ? node : bare(node);
  if (said?.type === 'Identifier') return locals.get(identifier(said) ?? '') ?? { kind: 'value' };
  if (said?.type === 'ClassDeclaration' || said?.type === 'ClassExpression') return classShape(said, text);
  if (said !== undefined && (isFunction(said) || said.type === 'TSDeclareFunction')) return functionShape(said, text);
  return { kind: 'value' };
}

function functionShape(node: Node, text: string): Extract<Shape, { kind: 'function' }> {
  const type = child(child(node, 'returnType'), 'typeAnnotation');
  const parameters = list(node, 'params')
    .map(parameterOf)
    .filter(({ name }) => name !== 'this');
  return { kind: 'function', parameters, async: node.async === true, ...(type ? { returns: text.slice(type.start, type.end) } : {}) };
}

function classShape(node: Node, text: string): Shape {
  const methods = new Map<string, Shape>();
  for (const member of list(child(node, 'body'), 'body')) {
    const name = propertyName(member);
    const value = child(member, 'value');
    if (name !== undefined && value !== undefined && isFunction(value) && member.kind !== 'get' && member.kind !== 'set')
      methods.set(name, functionShape(value, text));
  }
  const made = methods.get('constructor');
  return { kind: 'class', parameters: made?.kind === 'function' ? made.parameters : [], methods };
}

function parameterOf(node: Node): Parameter {
  if (node.type === 'TSParameterProperty') return parameterOf(child(node, 'parameter') ?? node);
  if (node.type === 'RestElement') return { name: identifier(child(node, 'argument')) ?? '…', required: false, rest: true };
  if (node.type === 'AssignmentPattern') return { name: identifier(child(node, 'left')) ?? '…', required: false, rest: false };
  return { name: identifier(node) ?? '…', required: node.optional !== true, rest: false };
}
