import { lineAt } from '../../lib/tests/inventory.ts';
import {
  argumentsOf,
  below,
  dotted,
  every,
  type Python,
  shapeOf,
  statementsOf,
  type SyntaxNode,
  textOf,
} from '../../lib/tests/python/syntax.ts';
import { namesReports, tellsOfTests, tellsOfTestsInEnvironment } from './environment.ts';
import { remedies, type Trick } from './trick.ts';

type Seen = { kind: keyof typeof remedies; what: string };

/** Tricks of a Python file. `ofTests`: it belongs to the tests, where tools of tests are at home. */
export function tricksOfPython(python: Python, ofTests: boolean): Trick[] {
  const found: Trick[] = [];
  for (const node of every(python.top)) {
    const seen =
      ending(node, python, ofTests) ??
      patching(node, python) ??
      steering(node, python) ??
      equalToAll(node, python) ??
      (ofTests ? undefined : (detecting(node, python) ?? importing(node, python)));
    if (seen) found.push({ what: `\`${seen.what.slice(0, 100)}\` ${remedies[seen.kind]}`, line: lineAt(python.text, node.from) });
  }
  return found;
}

function ending(node: SyntaxNode, python: Python, ofTests: boolean): Seen | undefined {
  if (node.name !== 'CallExpression') return undefined;
  const called = dotted(node, python);
  if (/^(?:os\.(?:_exit|abort|kill|killpg)|pytest\.exit)$/.test(called)) return { kind: 'ends', what: called };
  return ofTests && /^(?:sys\.exit|exit|quit)$/.test(called) ? { kind: 'ends', what: called } : undefined;
}

const tools =
  /^(?:unittest|pytest|_pytest|builtins|TestCase|nose|numpy\.testing)\.|^(?:AssertionError|__builtins__.*|sys\.(?:exit|modules\b.*)|os\._exit)$/;

/** `unittest.TestCase.assertEqual = …`, `sys.modules['pytest'] = …`, `setattr(pytest, …)`. */
function patching(node: SyntaxNode, python: Python): Seen | undefined {
  if (node.name === 'AssignStatement') {
    const target = textOf(node.firstChild, python).replace(/\s+/g, '');
    if (tools.test(target) && !/^sys\.modules\[(?!['"](?:pytest|unittest|_pytest))/.test(target))
      return { kind: 'patches', what: `${target} =` };
  }
  if (node.name !== 'CallExpression' || dotted(node, python) !== 'setattr') return undefined;
  const target = textOf(argumentsOf(node)[0]?.value, python);
  return tools.test(`${target}.`) ? { kind: 'patches', what: `setattr(${target})` } : undefined;
}

const hooks =
  /^pytest_(?:collect\w*|ignore_collect|itemcollected|deselected|runtest_\w+|pyfunc_call|fixture_setup|session\w+|report_\w+|exception_interact|terminal_summary|make_\w+|configure|unconfigure|cmdline_\w+|load_initial_conftests|assertion_pass)$/;

function steering(node: SyntaxNode, python: Python): Seen | undefined {
  if (node.name === 'FunctionDefinition') {
    const name = textOf(node.getChild('VariableName'), python);
    if (hooks.test(name) || name === 'load_tests') return { kind: 'steers', what: name };
  }
  const target = node.name === 'AssignStatement' ? textOf(node.firstChild, python) : '';
  return /^collect_ignore(?:_glob)?$/.test(target) ? { kind: 'steers', what: target } : undefined;
}

function equalToAll(node: SyntaxNode, python: Python): Seen | undefined {
  if (node.name !== 'FunctionDefinition' || !/^__(?:eq|ne|lt|gt|le|ge|contains)__$/.test(textOf(node.getChild('VariableName'), python)))
    return undefined;
  const [first, ...rest] = statementsOf(node);
  const always = rest.length === 0 && first !== undefined && /^return (?:True|False)$/.test(shapeOf(first, python));
  return always ? { kind: 'always', what: textOf(node.getChild('VariableName'), python) } : undefined;
}

function detecting(node: SyntaxNode, python: Python): Seen | undefined {
  if (node.name !== 'String') return undefined;
  const text = textOf(node, python).replace(/^\w*("""|'''|"|')|("""|'''|"|')$/g, '');
  if (tellsOfTests(text)) return { kind: 'detects', what: text };
  const around = textOf(
    node.parent?.parent?.name === 'CallExpression' || node.parent?.name === 'ArgList' ? node.parent?.parent : node.parent,
    python,
  );
  if (tellsOfTestsInEnvironment(text) && /environ|getenv/.test(around)) return { kind: 'detects', what: text };
  if (/^_?pytest$|^unittest$/.test(text) && /\bsys\.(?:modules|argv)\b/.test(around))
    return { kind: 'detects', what: `sys.modules ${text}` };
  return namesReports(text) ? { kind: 'forges', what: text } : undefined;
}

function importing(node: SyntaxNode, python: Python): Seen | undefined {
  if (node.name !== 'ImportStatement') return undefined;
  const names = below(node)
    .filter(({ name }) => name === 'VariableName')
    .map((one) => textOf(one, python));
  const found = names[0] === undefined ? undefined : names.find((name) => /^(?:pytest|_pytest|unittest)$/.test(name));
  return found === undefined ? undefined : { kind: 'imports', what: found };
}
