import { below, definitionOf, type Python, statementsOf, type SyntaxNode, textOf } from '../../lib/tests/python/syntax.ts';
import type { Offers, Parameter, Shape } from './shape.ts';

/** What a Python module offers at its top. */
export function offersOfPython(python: Python): Offers {
  const names = new Map<string, Shape>();
  let open = false;
  for (const statement of statementsOf(python.top)) {
    const defined = definitionOf(statement);
    if (defined) names.set(nameOf(defined.definition, python), shapeOf(defined.definition, python, defined.decorators.length > 0));
    const text = textOf(statement, python);
    if (statement.name === 'ImportStatement') {
      open ||= /import\s*\(?\s*\*/.test(text);
      for (const one of text
        .split(/\bimport\b/)
        .at(-1)
        ?.split(',') ?? [])
        names.set(/(\w+)\W*$/.exec(one)?.[1] ?? '', { kind: 'value' });
    }
    if (statement.name === 'AssignStatement') names.set(textOf(statement.firstChild, python), { kind: 'value' });
    open ||= /^(?:IfStatement|TryStatement)$/.test(statement.name);
  }
  return { names, open };
}

function nameOf(definition: SyntaxNode, python: Python): string {
  return textOf(definition.getChild('VariableName'), python);
}

/** A decorator may change the shape of a function, but not whether it waits. */
function shapeOf(definition: SyntaxNode, python: Python, decorated: boolean): Shape {
  if (definition.name === 'FunctionDefinition') return decorated ? { kind: 'value' } : functionShape(definition, python);
  const methods = new Map<string, Shape>();
  for (const statement of statementsOf(definition)) {
    const defined = definitionOf(statement);
    if (defined?.definition.name !== 'FunctionDefinition') continue;
    const isStatic = defined.decorators.some((one) => /^@staticmethod\b/.test(textOf(one, python)));
    const plain = defined.decorators.every((one) => /^@(?:staticmethod|classmethod)\b/.test(textOf(one, python)));
    const shape = functionShape(defined.definition, python);
    if (!isStatic) shape.parameters.shift();
    methods.set(nameOf(defined.definition, python), plain ? shape : { kind: 'value' });
  }
  const made = methods.get('__init__');
  // Bases and decorators such as dataclass may bring a constructor.
  if (made?.kind !== 'function' && (decorated || definition.getChild('ArgList'))) return { kind: 'value' };
  return { kind: 'class', parameters: made?.kind === 'function' ? made.parameters : [], methods };
}

function functionShape(definition: SyntaxNode, python: Python): Extract<Shape, { kind: 'function' }> {
  const type = definition.getChild('TypeDef');
  const returns = type ? textOf(type, python).replace(/^->\s*/, '') : undefined;
  const parameters = parametersOf(definition.getChild('ParamList'), python);
  return { kind: 'function', parameters, async: definition.getChild('async') !== null, ...(returns === undefined ? {} : { returns }) };
}

function parametersOf(params: SyntaxNode | null, python: Python): Parameter[] {
  const groups: SyntaxNode[][] = [[]];
  for (const part of below(params).slice(1, -1)) {
    if (part.name === ',') groups.push([]);
    else groups.at(-1)?.push(part);
  }
  return groups.flatMap((parts) => {
    const name = parts.find((part) => part.name === 'VariableName');
    if (!name) return [];
    const rest = parts.some((part) => /^\*{1,2}$/.test(textOf(part, python)));
    return [{ name: textOf(name, python), required: !rest && !parts.some((part) => part.name === 'AssignOp'), rest }];
  });
}
