import type { Contract } from '../../../schemas/contract.ts';
import type { FileText } from '../../../schemas/mind.ts';
import { oneLine } from './oneLine.ts';

type Skeleton = Contract['test_skeletons'][number];

/**
 * Test files with one test for each skeleton of a contract, each marked as to be done until somebody fills it. For TypeScript and JavaScript they
 * run with `node --test`, for Python with pytest; for other languages there are none.
 */
export function skeletonsOf(contract: Contract): FileText[] {
  const skeletons = contract.test_skeletons;
  if (skeletons.length === 0) return [];
  const name = contract.task_id.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '') || 'task'; // prettier-ignore
  switch (contract.language) {
    case 'typescript':
      return [{ path: `test/${name}.skeleton.test.mts`, text: nodeTests(contract) }];
    case 'javascript':
      return [{ path: `test/${name}.skeleton.test.mjs`, text: nodeTests(contract) }];
    case 'python':
      return [{ path: `tests/test_${name}_skeleton.py`, text: pythonTests(contract) }];
    default:
      return [];
  }
}

function nodeTests(contract: Contract): string {
  const tests = contract.test_skeletons.map(
    (skeleton) => `
test(${literal(skeleton.name)}, { todo: ${literal(subjectOf(contract, skeleton))} }, () => {
${steps(skeleton).map((step) => `  // ${step}`).join('\n')}
});
`,
  ); // prettier-ignore
  return `// ${oneLine(contract.title)}: what tests must show.\nimport { test } from 'node:test';\n${tests.join('')}`;
}

function pythonTests(contract: Contract): string {
  const tests = contract.test_skeletons.map(
    (skeleton, i) => `

@pytest.mark.skip(reason=${literal(`to be written: ${subjectOf(contract, skeleton)}`)})
def test_${functionName(skeleton.name)}_${i + 1}():
${steps(skeleton).map((step) => `    # ${step}`).join('\n')}
    pass
`,
  ); // prettier-ignore
  return `# ${oneLine(contract.title)}: what tests must show.\nimport pytest\n${tests.join('')}`;
}

function steps({ given, when, expect }: Skeleton): string[] {
  return [`Given: ${oneLine(given)}`, `When: ${oneLine(when)}`, `Expect: ${oneLine(expect)}`];
}

/** `readBook in src/books.ts`. */
function subjectOf({ interfaces }: Contract, skeleton: Skeleton): string {
  const module = interfaces.find(({ name }) => name === skeleton.interface)?.module;
  return module === undefined ? skeleton.interface : `${skeleton.interface} in ${module}`;
}

/** A string of one line in JavaScript and in Python alike: JSON's escapes are both's. */
function literal(text: string): string {
  return JSON.stringify(oneLine(text));
}

function functionName(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '').slice(0, 60) || 'case'; // prettier-ignore
}
