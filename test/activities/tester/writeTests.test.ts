import { describe, expect, it } from 'vitest';
import type { DevelopTester } from '../../../activities/developContracts.ts';
import { sourceAt } from '../../../activities/lib/generated/commits.ts';
import { createModel } from '../../../activities/lib/model/model.ts';
import type { Template } from '../../../activities/lib/templates/template.ts';
import { createTestWriter } from '../../../activities/tester/writeTests.ts';
import type { AcceptanceTests } from '../../../schemas/debugFailure.ts';
import type { Change, FileText, Mind, Thought } from '../../../schemas/mind.ts';
import { booksContract } from '../lib/contracts/samples.ts';
import { expectFailure } from '../../support/failures.ts';
import { aTodo, modelGround } from '../../support/modelGround.ts';
import { type Answerer, type Said, startModelServer } from '../../support/modelServer.ts';

const shop = {
  'package.json': '{"name":"shop","scripts":{"test":"node --test"}}',
  'src/shop.ts': 'export const price = 1;\n',
  'test/shop.test.ts': 'import "node:test";\n',
};
const file = (path: string, text = `// ${path}`) => ({ path, text });
const tests = {
  open: [file('test/t1.test.ts')],
  hidden: [file('test/t1.hidden.test.ts', '// the secret value is 4711')],
  commands: ['node --test'],
};
const model: Mind = { kind: 'model' };

type Order = Parameters<DevelopTester['writeTests']>[0];
async function writerWith(
  answers: Said[] | [Answerer] | undefined,
  provider: 'google' | 'anthropic' | 'openai' = 'anthropic',
  templates: Template[] = [],
) {
  const at = await modelGround(shop);
  const server = answers && (await startModelServer(...answers));
  const writer = createTestWriter({ model: server && createModel(server.settings(provider)), ...at, templates });
  const contract = await at.store.put('{"title":"the contract of retry"}', 'application/json');
  const write = (more: Partial<Order> = {}) =>
    writer.writeTests({ site: at.site, mind: model, todo: aTodo, start: at.start, contract, key: 'k', ...more });
  const read = async (change: Change, path: string) => await (await at.sources.tree(sourceAt(at.site.source, change))).read(path);
  return { ...at, write, read, server };
}

function answered(thought: Thought<{ tests: AcceptanceTests; change: Change }>) {
  return thought.kind === 'answer' ? thought.value : expect.unreachable(thought.reason);
}

describe.each(['google', 'anthropic', 'openai'] as const)('tests by %s', (provider) => {
  it('are committed when they are open, and stay in the store when they are hidden', async () => {
    const { write, read, textOf, sources, site, start, server } = await writerWith([tests], provider);
    const { tests: kept, change } = answered(await write());
    expect(kept).toMatchObject({ paths: ['test/t1.test.ts'], hiddenPaths: ['test/t1.hidden.test.ts'], commands: ['node --test'] });
    expect(JSON.parse(await textOf(kept.open)) as FileText[]).toEqual(tests.open);
    expect(JSON.parse(await textOf(kept.hidden)) as FileText[]).toEqual(tests.hidden);

    expect(await read(change, 'test/t1.test.ts')).toBe('// test/t1.test.ts');
    const changed = sourceAt(site.source, change, start);
    expect(await sources.changedPaths(changed)).toEqual(['test/t1.test.ts']);
    const history = await sources.read(changed, (git) => git.text(['log', '-p', '--format=%B', change.commit]));
    expect(history).not.toContain('4711');
    expect(history).toContain('test: acceptance of t1, Retry');
    expect(history).toContain('tester@1');

    const asked = server!.received()[0];
    for (const shown of ['the contract of retry', 'Add retry(times)', 'node --test', 'export const price']) expect(asked).toContain(shown);
  });

  it('are asked for again when they are not usable', async () => {
    const { write, server } = await writerWith([{ ...tests, hidden: [] }, 'rubbish', tests], provider);
    expect(await write()).toMatchObject({ kind: 'answer', usage: { inputTokens: 33 } });
    expect(server!.received()[1]).toContain('write at least one hidden test file');
  });
});

it('are asked for with the skeletons of the contract', async () => {
  const { write, store, server } = await writerWith([tests]);
  const contract = await store.put(JSON.stringify(booksContract), 'application/json');
  await write({ contract });
  const [asked] = server!.received();
  for (const { name } of booksContract.test_skeletons) expect(asked).toMatch(new RegExp(`(?:test|pytest)[^]*${name}`));
  expect(asked).toContain('what tests must show');
});

it('are given up when they stay unusable', async () => {
  const { write, server } = await writerWith([{ ...tests, open: [file('test/shop.test.ts')] }]);
  await expectFailure(write(), 'ModelFailed', 'in 3 tries');
  expect(server!.received()[1]).toContain('exists already');
});

it('gives a repeated attempt the same commit, unpaid', async () => {
  const { write, server } = await writerWith([tests, { ...tests, commands: ['other'] }]);
  expect(await write()).toEqual(await write());
  expect(server!.received()).toHaveLength(1);
});

it('waits for a rate limit', async () => {
  const { write } = await writerWith([{ error: { message: 'slow' }, status: 429, retryAfter: 60 }]);
  expect(await write()).toMatchObject({ kind: 'wait' });
});

it('may write its own tests anew, takes old ones away, and puts the same on the work that went on', async () => {
  const second = { ...tests, open: [file('test/t1.test.ts', '// anew'), file('test/t1.more.test.ts')] };
  const third = { ...tests, open: [file('test/t1.more.test.ts', '// third')] };
  const { write, read, commits, site, server } = await writerWith([tests, second, third]);
  const first = answered(await write()).change;
  const words = { title: 'work', by: { agent: 'coder@1', mind: 'model' }, task: 'r/t1', at: '2026-01-01T00:00:00Z' };
  const work = await commits.commit({ source: site.source, on: first, files: [file('src/retry.ts')], words });

  const anew = answered(await write({ key: 'k2', start: first, instruction: 'it throws' })).change;
  expect(await read(anew, 'test/t1.test.ts')).toBe('// anew');
  expect(server!.received()[1]).toContain('it throws');

  const onBase = answered(await write({ key: 'k3', start: anew })).change;
  expect(await read(onBase, 'test/t1.test.ts')).toBeUndefined();
  expect(await read(onBase, 'test/t1.more.test.ts')).toBe('// third');
  const onWork = answered(await write({ key: 'k3', start: work })).change;
  expect(await read(onWork, 'test/t1.test.ts')).toBeUndefined();
  expect(await read(onWork, 'src/retry.ts')).toBe('// src/retry.ts');
  expect(await read(onWork, 'test/shop.test.ts')).toBe(shop['test/shop.test.ts']);
  expect(server!.received()).toHaveLength(3);
});

it("takes a template's tests as they are, at no cost", async () => {
  const template = { id: 'stack', version: 2, tests: () => tests } as unknown as Template;
  const { write, read } = await writerWith(undefined, 'google', [template]);
  const thought = await write({ mind: { kind: 'template', template: 'stack', subject: {} } });
  expect(thought).toMatchObject({ usage: { inputTokens: 0, usd: 0 }, by: { agent: 'tester@1', mind: 'template:stack@2' } });
  expect(await read(answered(thought).change, 'test/t1.test.ts')).toBe('// test/t1.test.ts');
});

it.each<[string, Mind, 'NotConfigured' | 'NotOffered', string]>([
  ['a model that is not configured', model, 'NotConfigured', 'set MODEL_NAME'],
  ['a program without a model beside it', { kind: 'program', program: 'codex' }, 'NotConfigured', 'also for coding programs'],
  ['a template that is not there', { kind: 'template', template: 'castle', subject: {} }, 'NotOffered', 'no template castle'],
])('refuses %s', async (_, mind, type, words) => {
  const { write } = await writerWith(undefined);
  await expectFailure(write({ mind }), type, words);
});
