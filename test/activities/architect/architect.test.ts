import { describe, expect, it } from 'vitest';
import type { DesignOrder } from '../../../activities/developContracts.ts';
import { createArchitect } from '../../../activities/architect/architect.ts';
import { contractAnswer } from '../../../activities/architect/contractAnswer.ts';
import { createModel } from '../../../activities/lib/model/model.ts';
import type { Template } from '../../../activities/lib/templates/template.ts';
import { Contract } from '../../../schemas/contract.ts';
import type { Mind } from '../../../schemas/mind.ts';
import type { BlobRef } from '../../../schemas/nouns.ts';
import { expectFailure } from '../../support/failures.ts';
import { aTodo, modelGround } from '../../support/modelGround.ts';
import { saidContract } from '../../support/modelAnswers.ts';
import { type Answerer, type Said, startModelServer } from '../../support/modelServer.ts';

const shop = {
  'package.json': '{"name":"shop"}',
  'src/shop.ts': 'export const price = 1; // the whole text is shown\n',
  'src/other.ts': 'const inner = 2; // nobody names this file\n',
};
const retry = {
  name: 'retry',
  kind: 'function',
  module: 'src/shop.ts',
  of: null,
  http_method: null,
  http_path: null,
  http_status: null,
  description: 'Tries again.',
  parameters: [{ name: 'times', type: 'number', required: true, description: '' }],
  returns_type: 'Promise<void>',
  returns_description: '',
  exceptions: [{ type: 'RangeError', when: 'times is below 1', status: null }],
  examples: [{ title: 'thrice', input_json: '{"times": 3}', output_json: 'null' }],
};
const contract = saidContract({
  title: 'Retry',
  interfaces: [retry],
  test_skeletons: [{ name: 'gives up', interface: 'retry', given: 'a failing call', when: 'tried', expect: 'three tries' }],
  docs: '# Retry',
});
const endpoint = {
  ...retry,
  name: 'listBooks',
  kind: 'endpoint',
  http_method: 'GET',
  http_path: '/books/{id}',
  http_status: 200,
  parameters: [{ name: 'id', type: 'string', required: true, description: '' }],
  returns_type: 'Book',
  exceptions: [{ type: 'NotFound', when: 'there is none', status: 404 }],
  examples: [],
};

async function architectWith(
  answers: Said[] | [Answerer] | undefined,
  provider: 'google' | 'anthropic' | 'openai' = 'google',
  templates: Template[] = [],
) {
  const at = await modelGround(shop);
  const server = answers && (await startModelServer(...answers));
  const architect = createArchitect({ model: server && createModel(server.settings(provider)), ...at, templates });
  const design = async (more: Partial<DesignOrder> = {}) =>
    await architect.designContract({ site: at.site, mind: { kind: 'model' }, todo: aTodo, start: at.start, key: 'k', ...more });
  const contractAt = async (ref: BlobRef) => Contract.parse(JSON.parse(await at.textOf(ref)));
  return { ...at, design, contractAt, server };
}

function answered<T>(thought: { kind: 'answer'; value: T } | { kind: 'wait' }): T {
  return thought.kind === 'answer' ? thought.value : expect.unreachable();
}

describe.each(['google', 'anthropic', 'openai'] as const)('a contract by %s', (provider) => {
  it('is made from the task, the map, and the files that the task names', async () => {
    const { design, contractAt, server } = await architectWith([contract], provider);
    const thought = await design();
    expect(thought).toMatchObject({
      usage: { steps: 0, inputTokens: 11 },
      by: { agent: 'architect@1', mind: expect.stringContaining(provider) },
    });
    const value = answered(thought);
    expect(value.openapi).toBeUndefined();
    expect(await contractAt(value.contract)).toMatchObject({
      task_id: 't1',
      version: 1,
      interfaces: [{ name: 'retry', parameters: [{ name: 'times' }], examples: [{ input: { times: 3 }, output: null }] }],
    });
    const asked = server!.received()[0]!;
    for (const text of ['Add retry(times)', 'gives up after', 'the whole text is shown', 'src/other.ts']) expect(asked).toContain(text);
    expect(asked).not.toContain('nobody names this file');
  });

  it('comes with OpenAPI when it has endpoints', async () => {
    const { design, textOf } = await architectWith([{ ...contract, interfaces: [endpoint] }], provider);
    const { openapi } = answered(await design());
    expect(JSON.parse(await textOf(openapi!))).toMatchObject({
      openapi: expect.stringMatching(/^3\./),
      paths: { '/books/{id}': { get: expect.anything() } },
    });
  });

  it('is asked for again when it is not usable', async () => {
    const wrong = { ...retry, examples: [{ title: 'x', input_json: 'times: 3', output_json: 'null' }] };
    const { design, server } = await architectWith(
      [{ ...contract, interfaces: [wrong] }, { ...contract, interfaces: [] }, contract],
      provider,
    );
    expect(await design()).toMatchObject({ kind: 'answer', usage: { inputTokens: 33 } });
    expect(server!.received()[1]).toContain('is not JSON');
    expect(server!.received()[2]).toContain('at least one interface');
  });

  it('changes to the next version for a finding, or stays what it was', async () => {
    const { design, contractAt, server } = await architectWith(
      [contract, { ...contract, docs: '# Again' }, { ...contract, docs: '# Again' }],
      provider,
    );
    const first = answered(await design()).contract;
    const second = answered(await design({ key: 'k2', earlier: first, instruction: 'retry takes two numbers' })).contract;
    expect(await contractAt(second)).toMatchObject({ version: 2, docs: '# Again' });
    expect(server!.received()[1]).toContain('retry takes two numbers');
    expect(answered(await design({ key: 'k3', earlier: second, instruction: 'still' })).contract).toEqual(second);
  });
});

it.each<[string, object]>([
  ['a module outside of the repository', { ...retry, module: '/etc/passwd' }],
  ['an endpoint without a path', { ...endpoint, http_path: null }],
  ['an endpoint whose path is relative', { ...endpoint, http_path: 'books' }],
  ['no name', { ...retry, name: '' }],
  ['an input that is no object', { ...retry, examples: [{ title: 'x', input_json: '[1]', output_json: '1' }] }],
])('refuses %s', (_, wrong) => {
  const answer = contractAnswer({ task_id: 't1', version: 1 });
  expect(answer.safeParse({ ...contract, interfaces: [wrong] }).success).toBe(false);
  expect(answer.safeParse(contract).success).toBe(true);
});

it('waits for a rate limit', async () => {
  const { design } = await architectWith([{ error: { message: 'slow' }, status: 429, retryAfter: 60 }]);
  expect(await design()).toMatchObject({ kind: 'wait' });
});

it('gives a repeated attempt the same contract, unpaid', async () => {
  const { design, server } = await architectWith([contract, { ...contract, docs: 'other' }]);
  expect(await design()).toEqual(await design());
  expect(server!.received()).toHaveLength(1);
});

it("takes a template's contract, and stands by it", async () => {
  const { version: _, ...made } = Contract.parse({
    task_id: 't1',
    version: 1,
    title: 'Stack',
    language: 'typescript',
    interfaces: [],
    test_skeletons: [],
  });
  const template = { id: 'stack', version: 2, contract: () => made } as unknown as Template;
  const { design, contractAt } = await architectWith(undefined, 'google', [template]);
  const mind: Mind = { kind: 'template', template: 'stack', subject: {} };
  const thought = await design({ mind });
  expect(thought).toMatchObject({ usage: { inputTokens: 0, usd: 0 }, by: { mind: 'template:stack@2' } });
  const { contract: first } = answered(thought);
  expect(await contractAt(first)).toMatchObject({ title: 'Stack', version: 1 });
  expect(answered(await design({ mind, earlier: first, instruction: 'wrong', key: 'k2' })).contract).toEqual(first);
});

it.each<[string, Mind, 'NotConfigured' | 'NotOffered', string]>([
  ['a model that is not configured', { kind: 'model' }, 'NotConfigured', 'set MODEL_NAME'],
  ['a program without a model beside it', { kind: 'program', program: 'codex' }, 'NotConfigured', 'also for coding programs'],
  ['a template that is not there', { kind: 'template', template: 'castle', subject: {} }, 'NotOffered', 'no template castle'],
])('refuses %s', async (_, mind, type, words) => {
  const { design } = await architectWith(undefined);
  await expectFailure(design({ mind }), type, words);
});
