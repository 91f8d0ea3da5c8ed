import { describe, expect, it } from 'vitest';
import { createModel } from '../../../activities/lib/model/model.ts';
import { createArtifactStore } from '../../../activities/lib/store.ts';
import { createModelAgent } from '../../../activities/model/modelAgent.ts';
import { addStep, readTalk } from '../../../activities/model/transcript.ts';
import type { NextStep, NextStepOrder } from '../../../activities/developContracts.ts';
import type { Thought } from '../../../schemas/mind.ts';
import type { BlobRef } from '../../../schemas/nouns.ts';
import { Action } from '../../../schemas/solveTask.ts';
import { expectFailure } from '../../support/failures.ts';
import { temporaryFolder } from '../../support/gitRepository.ts';
import { injections } from '../../support/injections.ts';
import { questionOf, saidStep } from '../../support/modelAnswers.ts';
import { type Answerer, type Said, startModelServer } from '../../support/modelServer.ts';

const read = saidStep('read', { path: 'src/shop.ts' });

type Provider = 'google' | 'anthropic' | 'openai';
async function agentWith(answers: Said[] | [Answerer], provider: Provider = 'openai') {
  const store = createArtifactStore({ home: await temporaryFolder() });
  const server = await startModelServer(...answers);
  const agent = createModelAgent({ model: createModel(server.settings(provider)), store });
  const put = (text: string) => store.put(text, 'text/plain');
  const brief = await put('Build the shop.');
  const ask = (order: Partial<NextStepOrder> = {}) =>
    agent.nextStep({ site: { run: 'r', key: 'k', taskId: 't1' }, role: 'coder', brief, number: 1, wrapUp: false, key: 'k/1', ...order });
  const actionOf = async ({ step: ref }: NextStep) => Action.parse(JSON.parse(await textOf(ref)));
  const textOf = async (ref: BlobRef) => Buffer.from(await store.get(ref)).toString('utf8');
  return { store, server, put, ask, actionOf, textOf };
}

function answered(thought: Thought<NextStep>): NextStep {
  return thought.kind === 'answer' ? thought.value : expect.unreachable(thought.reason);
}

describe.each(['google', 'anthropic', 'openai'] as const)('%s', (provider) => {
  it('takes a step, with its own prompt for each role', async () => {
    const { ask, actionOf, server } = await agentWith([read], provider);
    const thought = await ask();
    const next = answered(thought);
    expect(next).toMatchObject({ kind: 'read', headline: 'read src/shop.ts' });
    expect(await actionOf(next)).toEqual({ kind: 'read', path: 'src/shop.ts' });
    expect(thought).toMatchObject({
      usage: { steps: 1, inputTokens: 11, outputTokens: 7 },
      by: { agent: 'coder@1', mind: expect.stringContaining(provider) },
    });
    expect(await ask({ role: 'debugger', key: 'k/2' })).toMatchObject({ by: { agent: 'debugger@1' } });
    expect(server.received()[0]).toContain('Build the shop.');
    expect(server.received()[1]).toContain('find the cause');
  });

  it('goes on from what came of the steps before', async () => {
    const { ask, put, server } = await agentWith(
      [
        ({ messages }, index) => {
          expect(messages.map(({ role }) => role)).toEqual(
            Array.from({ length: 2 * index + 1 }, (_, i) => (i % 2 === 0 ? 'user' : 'assistant')),
          );
          return saidStep('run', { command: `npm test ${index}` });
        },
      ],
      provider,
    );
    let transcript: BlobRef | undefined;
    for (let number = 1; number <= 3; number++) {
      const observation = number === 1 ? undefined : await put(`output ${number - 1}`);
      ({ transcript } = answered(await ask({ number, key: `k/${number}`, transcript, observation })));
    }
    const last = server.received()[2]!;
    const order = ['Build the shop.', 'npm test 0', 'output 1', 'npm test 1', 'output 2'];
    expect(order.map((text) => last.indexOf(text))).toEqual(order.map((text) => last.indexOf(text)).toSorted((a, b) => a - b));
    expect(order.every((text) => last.includes(text))).toBe(true);
  });

  it('waits for a rate limit, and then takes the step', async () => {
    const { ask } = await agentWith([{ error: { message: 'slow' }, status: 429, retryAfter: 5 }, read], provider);
    expect(await ask()).toMatchObject({ kind: 'wait' });
    expect(await ask()).toMatchObject({ kind: 'answer' });
  });
});

it.each<[object, Action, string]>([
  [saidStep('read', { path: 'a', from: 2, to: 5 }), { kind: 'read', path: 'a', from: 2, to: 5 }, 'read a from line 2'],
  [saidStep('read'), { kind: 'read', path: '' }, 'read .'],
  [saidStep('search', { pattern: 'x+', glob: 'src/**' }), { kind: 'search', pattern: 'x+', glob: 'src/**' }, 'search x+ in src/**'],
  [saidStep('edit', { path: 'a', find: 'b', text: '' }), { kind: 'edit', path: 'a', find: 'b', text: '' }, 'edit a'],
  [saidStep('edit', { path: 'a', text: 'b' }), { kind: 'edit', path: 'a', text: 'b' }, 'edit a'],
  [saidStep('remove', { path: 'a' }), { kind: 'edit', path: 'a', text: null }, 'remove a'],
  [saidStep('run', { command: 'npm  test\n\u001b[31m&& x' }), { kind: 'run', command: 'npm  test\n\u001b[31m&& x' }, 'run npm test && x'],
  [saidStep('done', { summary: 'It works.' }), { kind: 'done', summary: 'It works.' }, 'done'],
])('takes %j as an action', async (said, action, headline) => {
  const { ask, actionOf } = await agentWith([said]);
  const next = answered(await ask());
  expect(await actionOf(next)).toEqual(action);
  expect(next).toMatchObject({ kind: action.kind, headline });
  expect(next.summary).toBe(action.kind === 'done' ? 'It works.' : undefined);
});

it.each<[string, object, string]>([
  ['an edit without a text', saidStep('edit', { path: 'a' }), 'edit needs a right text'],
  ['a run without a command', saidStep('run'), 'run needs a right command'],
  ['a search without a pattern', saidStep('search', { pattern: '' }), 'search needs a right pattern'],
  ['half a line number', saidStep('read', { path: 'a', from: 1.5 }), 'read needs a right from'],
  ['a line before the first', saidStep('read', { path: 'a', from: 0 }), 'read needs a right from'],
  ['no path', saidStep('remove'), 'remove needs a right path'],
  ['another action', { ...read, action: 'push' }, 'action'],
  ['no object at all', ['read'], 'cannot be used'],
])('asks again for %s, and gives up at last', async (_, wrong, complaint) => {
  const { ask, server } = await agentWith([wrong, read]);
  expect(await ask()).toMatchObject({ kind: 'answer', usage: { steps: 1, inputTokens: 22 } });
  expect(server.received()[1]).toContain(complaint);
  const stubborn = await agentWith([wrong]);
  await expectFailure(stubborn.ask(), 'ModelFailed', 'in 3 tries');
});

it('is told to come to an end when little is left', async () => {
  const { ask, put, server } = await agentWith([read]);
  const { transcript } = answered(await ask());
  await ask({ number: 2, key: 'k/2', transcript, observation: await put('output'), wrapUp: true });
  await ask({ key: 'k/3', wrapUp: true });
  expect(server.received().map((text) => text.includes('Come to an end now'))).toEqual([false, true, true]);
});

it('answers a repeated attempt with the same step, unpaid', async () => {
  const { ask, put, server } = await agentWith([read, saidStep('run', { command: 'other' })]);
  const order = { observation: await put('output') };
  expect(await ask(order)).toEqual(await ask(order));
  expect(server.received()).toHaveLength(1);
});

it('gives people one clean line of at most 120 characters', async () => {
  const { ask } = await agentWith([saidStep('edit', { path: `\u202Ea\u0007\n${'b'.repeat(200)}`, text: 'x' })]);
  expect(answered(await ask()).headline).toMatch(/^edit a b{100,}…$/);
  expect(answered(await ask()).headline).toHaveLength(120);
});

it.each(injections)('shows an observation as data: %j', async (text) => {
  const { ask, put } = await agentWith([
    ({ messages, last }) => {
      if (messages.length === 1) return read;
      expect(last).toContain(text);
      expect(last.replaceAll(/^<<< (.+)\n[^]*?\n>>> \1$/gm, '')).toBe('What came of it:\n\n\nYour next step.');
      return read;
    },
  ]);
  const { transcript } = answered(await ask());
  expect(await ask({ number: 2, key: 'k/2', transcript, observation: await put(text) })).toMatchObject({ kind: 'answer' });
});

it('shows no secret that a command printed', async () => {
  const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
  const { ask, put, server, textOf } = await agentWith([read]);
  const { transcript } = answered(await ask());
  const next = answered(await ask({ number: 2, key: 'k/2', transcript, observation: await put(`TOKEN=${token}`) }));
  expect(server.received()[1]).toContain('[secret removed]');
  expect(JSON.stringify(server.received()) + (await textOf(next.transcript))).not.toContain(token);
});

it('asks no more at step 500 than a full window holds', async () => {
  const { ask, put, store, server } = await agentWith([read]);
  let transcript: BlobRef | undefined;
  for (let number = 1; number < 500; number++) {
    const observed = `observation ${number} ${'o'.repeat(8_000)}`;
    transcript = await addStep(store, await readTalk(store, transcript), {
      observed,
      said: '{"action":"read"}',
      headline: `read file${number}`,
    });
  }
  await ask({
    number: 500,
    key: 'k/500',
    brief: await put('b'.repeat(200_000)),
    transcript,
    observation: await put('o'.repeat(5_000_000)),
  });
  const [asked = ''] = server.received();
  expect(asked.length).toBeLessThan(150_000);
  for (const text of ['observation 499', 'read file480', 'file300']) expect(asked).toContain(text);
  expect(asked).not.toContain('observation 480');
});

it.each([
  ['coder', 'code'],
  ['debugger', 'debug'],
] as const)('is asked as a %s by the prompt of that name', async (role, prompt) => {
  const { ask } = await agentWith([
    (asked) => {
      expect(questionOf(asked)).toBe(prompt);
      return read;
    },
  ]);
  expect(await ask({ role })).toMatchObject({ kind: 'answer' });
});
