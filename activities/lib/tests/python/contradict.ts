import type { Contradicted } from '../javascript/contradict.ts';
import {
  argumentsOf,
  below,
  definitionOf,
  dotted,
  isPython,
  parsePython,
  type Python,
  statementsOf,
  type SyntaxNode,
  textOf,
} from './syntax.ts';

type Replacement = { from: number; to: number; by: string };

/** The same for pytest and unittest: `assert f() == 3` and `self.assertEqual(f(), 3)` directly in a test function or method without decorators. */
export function contradictPython(path: string, text: string): Contradicted | undefined {
  if (!isPython(path) || /\b(?:skip\w*|xfail|expectedFailure|load_tests|collect_ignore\w*|__test__|setUpModule)\b/.test(text))
    return undefined;
  const python = parsePython(text);
  const perTest = testsIn(statementsOf(python.top), python).map((test) => assertionsIn(test).flatMap((one) => replaced(one, python)));
  const all = perTest.flat().toSorted((a, b) => b.from - a.from);
  if (all.length === 0) return undefined;
  const turned = all.reduce((made, { from, to, by }) => made.slice(0, from) + by + made.slice(to), text);
  return { text: turned, tests: perTest.filter((some) => some.length > 0).length };
}

function testsIn(statements: readonly SyntaxNode[], python: Python): SyntaxNode[] {
  return statements.flatMap((statement) => {
    const { definition, decorators = [] } = definitionOf(statement) ?? {};
    if (definition === undefined || decorators.length > 0) return [];
    const name = textOf(definition.getChild('VariableName'), python);
    if (definition.name === 'ClassDefinition') {
      const isFound = name.startsWith('Test') || /\bTestCase\b/.test(textOf(definition.getChild('ArgList'), python));
      return isFound ? testsIn(statementsOf(definition), python) : [];
    }
    return name.startsWith('test_') ? [definition] : [];
  });
}

/** Assertions one after the other, up to the first statement that may lead elsewhere. */
function assertionsIn(test: SyntaxNode): SyntaxNode[] {
  const statements = statementsOf(test);
  const end = statements.findIndex(({ name }) => !/^(?:AssertStatement|ExpressionStatement|AssignStatement)$/.test(name));
  return end < 0 ? statements : statements.slice(0, end);
}

function replaced(statement: SyntaxNode, python: Python): Replacement[] {
  const [first, second] = statement.name === 'AssertStatement' ? comparedBy(statement, python) : comparedIn(statement.firstChild, python);
  if (!first || !second) return [];
  const [a, b] = [otherThan(first, python), otherThan(second, python)];
  // A literal on both sides says nothing of the code.
  if ((a === undefined) === (b === undefined)) return [];
  const [node, by] = b === undefined ? [first, a] : [second, b];
  return by === undefined ? [] : [{ from: node.from, to: node.to, by }];
}

function comparedBy(statement: SyntaxNode, python: Python): SyntaxNode[] {
  const [left, sign, right] = below(statement.getChild('BinaryExpression'));
  return left && right && /^(?:==|is)$/.test(textOf(sign, python)) ? [left, right] : [];
}

function comparedIn(call: SyntaxNode | null, python: Python): SyntaxNode[] {
  if (call?.name !== 'CallExpression' || !/^self\.assert(?:\w*Equal|Equals|Is)$/.test(dotted(call, python))) return [];
  if (/Not|AlmostEqual/.test(dotted(call, python))) return [];
  return argumentsOf(call).flatMap(({ keyword, value }) => (keyword ? [] : [value]));
}

/** Source of a value that is not equal to the literal; undefined for what is no plain literal. */
function otherThan(node: SyntaxNode, python: Python): string | undefined {
  const source = textOf(node, python);
  if (/^-?\d+(?:\.\d+)?$/.test(source)) return Number(source) + 1 === Number(source) ? '0.5' : String(Number(source) + 1);
  if (node.name === 'Boolean') return source === 'True' ? 'False' : 'True';
  if (node.name === 'None') return "'another'";
  if (node.name === 'String' && /^(['"])(?!\1\1)[^\n]*\1$/.test(source)) return `${source.slice(0, -1)}x${source.slice(-1)}`;
  if (node.name !== 'ArrayExpression') return undefined;
  const inner = source.slice(1, -1).trimEnd();
  return inner.includes('#') ? undefined : `[${inner}${inner === '' || inner.endsWith(',') ? '' : ', '}0]`;
}
