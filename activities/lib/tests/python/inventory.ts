import { lineAt, type TestEntry, type TestInventory } from '../inventory.ts';
import { assertionsOf } from './assertions.ts';
import { below, definitionOf, dotted, every, type Python, shapeOf, statementsOf, type SyntaxNode, textOf } from './syntax.ts';

type Context = { titles: string[]; state: TestEntry['state'] };
type Reading = { python: Python; functions: ReadonlyMap<string, SyntaxNode>; found: TestEntry[] };

/** Tests of a Python file, as pytest and unittest find them by their names. */
export function inventoryOfPython(python: Python): TestInventory {
  const reading: Reading = { python, functions: functionsOf(python), found: [] };
  collect(statementsOf(python.top), { titles: [], state: moduleState(python) }, reading);
  return { tests: reading.found };
}

function collect(statements: readonly SyntaxNode[], context: Context, reading: Reading): void {
  for (const statement of statements) {
    const defined = definitionOf(statement);
    if (defined) collectDefinition(defined, context, reading);
    else if (/^(?:IfStatement|TryStatement|WithStatement)$/.test(statement.name)) {
      const state = worse(context.state, statement.name === 'IfStatement' ? 'conditional' : 'runs');
      for (const body of statement.getChildren('Body')) collect(statementsOf(body), { ...context, state }, reading);
    }
  }
}

function collectDefinition(
  { definition, decorators }: { definition: SyntaxNode; decorators: SyntaxNode[] },
  context: Context,
  reading: Reading,
): void {
  const { python } = reading;
  const name = textOf(definition.getChild('VariableName'), python);
  const state = decorators.reduce((now, decorator) => worse(now, stateOf(dotted(decorator, python), decorator)), context.state);
  const titles = [...context.titles, name];
  if (definition.name === 'ClassDefinition') {
    const bases = textOf(definition.getChild('ArgList'), python);
    if (!/^Test|Tests?$|TestCase$/.test(name) && !/Test/.test(bases)) return;
    const mark = statementsOf(definition).some((one) => /^(?:pytestmark\s*=.*\bskip|__test__\s*=\s*False)/.test(textOf(one, python)));
    return collect(statementsOf(definition), { titles, state: mark ? 'skipped' : state }, reading);
  }
  if (!name.startsWith('test')) return;
  reading.found.push({
    titles,
    line: lineAt(python.text, definition.from),
    state: worse(state, skipsItself(definition, python)),
    only: false,
    assertions: assertionsOf(definition, python, reading.functions),
    body: statementsOf(definition)
      .map((statement) => shapeOf(statement, python))
      .join('\n'),
  });
}

function stateOf(decorator: string, node: SyntaxNode): TestEntry['state'] {
  const last = decorator.split('.').at(-1) ?? '';
  if (/^(?:skipif|skipIf|skipUnless)$/.test(last)) return 'conditional';
  if (/^(?:skip|xfail|expectedFailure)$/.test(last)) return last === 'xfail' && node.getChild('ArgList') ? 'conditional' : 'skipped';
  return 'runs';
}

function worse(a: TestEntry['state'], b: TestEntry['state']): TestEntry['state'] {
  const order = ['runs', 'conditional', 'skipped'] as const;
  return order[Math.max(order.indexOf(a), order.indexOf(b))] ?? 'skipped';
}

const skipping = /^(?:pytest\.(?:skip|xfail|importorskip|exit)|self\.skipTest|(?:unittest\.)?SkipTest|skip)$/;

/** `pytest.skip()` at the top of a test skips it, deeper only sometimes. */
function skipsItself(definition: SyntaxNode, python: Python): TestEntry['state'] {
  const isSkip = (node: SyntaxNode) => node.name === 'CallExpression' && skipping.test(dotted(node, python));
  const top = statementsOf(definition).some(
    (statement) => /^(?:ExpressionStatement|RaiseStatement)$/.test(statement.name) && below(statement).some(isSkip),
  );
  if (top) return 'skipped';
  return [...every(definition)].some(isSkip) ? 'conditional' : 'runs';
}

/** `pytestmark = pytest.mark.skip`, `pytest.skip(…, allow_module_level=True)`, `__test__ = False`. */
function moduleState(python: Python): TestEntry['state'] {
  let state: TestEntry['state'] = 'runs';
  for (const statement of statementsOf(python.top)) {
    const text = textOf(statement, python);
    if (/^pytestmark\s*=/.test(text) && /\b(?:skip|xfail)\b/.test(text)) state = 'skipped';
    else if (/^pytestmark\s*=/.test(text) && /skipif/.test(text)) state = worse(state, 'conditional');
    if (/^__test__\s*=\s*False/.test(text) || /^(?:pytest\.skip\(|raise (?:unittest\.)?SkipTest)/.test(text)) state = 'skipped';
    if (statement.name === 'IfStatement' && /\bpytest\.skip\(/.test(text)) state = worse(state, 'conditional');
  }
  return state;
}

function functionsOf({ top, text }: Python): ReadonlyMap<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  for (const node of every(top)) {
    if (node.name === 'FunctionDefinition') found.set(textOf(node.getChild('VariableName'), { top, text }), node);
  }
  return found;
}
