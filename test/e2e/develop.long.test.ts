import { afterAll, beforeAll, expect, test } from 'vitest';
import { corsFiles, privateNetwork } from '../support/features.ts';
import { classesOf, type ScriptedPlace, openScriptedPlace } from '../support/scriptedPlace.ts';

const open: { place?: ScriptedPlace } = {};
beforeAll(async () => {
  open.place = await openScriptedPlace([privateNetwork], await corsFiles());
}, 120_000);
afterAll(() => open.place?.close());

test('a feature for cors fails first, is repaired in t1_branch_01, and stands on branches of the repository', async () => {
  const { workflowId, result } = await open.place!.build('cors');
  const built = await result();
  expect(built.failure).toBeUndefined();
  expect(built.status).toBe('passed');
  expect(built.tasks[0]?.debug.map(({ todo }) => todo.id)).toEqual(['t1_branch_01']);
  expect(classesOf(built)).toEqual(['implementation_bug']);
  expect(built.usage.usd).toBeGreaterThan(0);

  const branch = `ai/generated/${workflowId}/t1`;
  const messages = await open.place!.repository.git('log', '--format=%B', `main..${branch}`);
  expect(messages).toContain('Mainstay-Agent: coder@1');
  expect(messages).toContain('Mainstay-Agent: debugger@1');
  expect(messages).toMatch(/Mainstay-Prompt: [0-9a-f]{64}/);
  const shown = await open.place!.repository.git('show', `ai/generated/${workflowId}/result:lib/index.js`);
  expect(shown).toContain('configurePrivateNetwork');
  const note = await open.place!.repository.git('notes', `--ref=mainstay/${workflowId}/t1`, 'show', branch);
  expect(JSON.parse(note)).toMatchObject({ task: { id: 't1' }, mind: { kind: 'model' } });
}, 300_000);
