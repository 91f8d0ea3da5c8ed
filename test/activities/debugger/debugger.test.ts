import { expect, test } from 'vitest';
import { classifyFailure } from '../../../workflows/lib/classifyFailure.ts';
import { provingGround } from '../../support/proving.ts';

const head = "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { half } from '../src/math.js';\n";
const shop = {
  files: { 'package.json': JSON.stringify({ name: 'math', version: '1.0.0', type: 'module' }), 'README.md': '# Math\n' },
  open: { 'test/half.test.js': `${head}test('halves four', () => {\n  assert.equal(half(4), 2);\n});\n` },
  hidden: { 'test/half.more.test.js': `${head}test('halves ten', () => {\n  assert.equal(half(10), 5, 'the very secret reason');\n});\n` },
  commands: ['node --test test/half.test.js test/half.more.test.js'],
};
const contract = {
  task_id: 't1',
  version: 1,
  title: 'Half',
  language: 'javascript',
  interfaces: [
    {
      name: 'half',
      kind: 'function',
      module: 'src/math.js',
      description: 'half of n',
      parameters: [{ name: 'n', type: 'number' }],
      returns: { type: 'number' },
    },
  ],
  test_skeletons: [],
};

test('a failure is told with what ran and nothing of held-out tests; what passes when it is run again is flaky', async () => {
  const ground = await provingGround(shop);
  const { proof, made } = await ground.prove({ 'src/math.js': 'export const half = (n) => n + 1;\n' });
  const earlier = await ground.change({ 'src/math.js': '// First try.\nexport const half = (n) => n  +  1;\n' });
  const evidence = await ground.diagnose(made, proof, contract, { earlier });
  expect(evidence).toMatchObject({ timedOut: false, flaky: [], mismatches: [], meaningful: false });
  expect(evidence.diagnostics).toContain('- halves four: ');
  expect(evidence.diagnostics).toContain('half.test.js');
  expect(evidence.diagnostics).not.toMatch(/half\(10\)/);
  expect(classifyFailure(evidence, proof).class).toBe('implementation_bug');

  // Stands for a commit whose tests pass the second time.
  const good = await ground.change({ 'src/math.js': 'export const half = (n) => n / 2;\n' });
  const again = await ground.diagnose(good, proof, contract);
  expect(again.flaky.sort()).toEqual(['halves four', 'halves ten']);
  expect(classifyFailure(again, proof).class).toBe('flaky_test');
});

test('another signature than the contract sends the failure to the architect, and refusals run nothing', async () => {
  const ground = await provingGround(shop);
  const { proof, made } = await ground.prove({ 'src/math.js': 'export const half = async (n, precision) => n / 2 + precision;\n' });
  const evidence = await ground.diagnose(made, proof, contract);
  expect(evidence.mismatches).toEqual([{ interface: 'half', expected: 'function (n) → number', found: 'async function (n, precision)' }]);
  expect(classifyFailure(evidence, proof).class).toBe('spec_mismatch');

  const refused = await ground.prove({ 'test/half.test.js': null });
  const nothing = await ground.diagnose(refused.made, refused.proof, contract);
  expect(nothing.diagnostics).toContain('- half in src/math.js');
  expect(classifyFailure(nothing, refused.proof)).toMatchObject({
    class: 'implementation_bug',
    reason: expect.stringContaining('protected-path'),
  });
});
