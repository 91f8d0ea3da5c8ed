import { expect, it } from 'vitest';
import { createCoder } from '../../../activities/coder/coder.ts';
import type { CodeOrder } from '../../../activities/developContracts.ts';
import type { ProgramRun, ProgramRunner } from '../../../activities/lib/programs/program.ts';
import { templates } from '../../../activities/lib/templates/list.ts';
import { Todo } from '../../../schemas/todoList.ts';
import type { Mind } from '../../../schemas/mind.ts';
import { coderBench } from './bench.ts';

type Bench = Awaited<ReturnType<typeof coderBench>>;
const limits = { steps: 10, tokens: 1000, minutes: 1 };

async function orderOf(
  bench: Bench,
  mind: Mind,
  todo = Todo.parse({ id: 't1', title: 'A task', description: 'x', acceptance_criteria: [{ id: 'A', text: 'x' }] }),
) {
  // prettier-ignore
  const contract = await bench.store.put('{}', 'application/json');
  const tests = { open: contract, paths: ['test/open.test.js'], commands: ['true'] };
  return { site: bench.site, todo, start: bench.start, contract, tests, mind, role: 'coder', limits, commandTimeout: '10s', key: 'key-1' } satisfies CodeOrder; // prettier-ignore
}

it.each(templates.map((template) => [template.id, template] as const))(
  'writes the code of template %s as one commit, the same every time',
  async (_id, template) => {
    const bench = await coderBench({ files: { 'README.md': '# new\n' } });
    const reading = template.read(template.example);
    if (reading.kind !== 'understood') throw new Error('the example is not understood');
    const [task] = template.plan(reading.subject).tasks;
    const order = await orderOf(bench, { kind: 'template', template: template.id, subject: reading.subject }, Todo.parse(task));
    const made = await bench.first.coder.writeCode(order);
    if (made.kind !== 'answer') throw new Error('no answer');
    expect(made).toMatchObject({ usage: { steps: 0, inputTokens: 0, outputTokens: 0, usd: 0 }, by: { agent: 'coder@1', mind: `template:${template.id}@${template.version}` } }); // prettier-ignore
    const code = template.code(reading.subject, order.todo.id);
    for (const { path, text } of code) expect(await bench.textAt(made.value.change, path)).toBe(text ?? undefined);

    const elsewhere = await bench.worker();
    expect(await elsewhere.coder.writeCode(order)).toEqual(made);
    const again = await bench.first.coder.writeCode({ ...order, role: 'debugger', start: made.value.change });
    expect(again).toMatchObject({ value: { change: made.value.change, summary: expect.stringContaining('nothing was changed') } });
  },
);

/** Stands for a coding program: shell lines in the box in place of a model's ideas. */
function scriptedProgram(script: string) {
  const runs: ProgramRun[] = [];
  const runProgram: ProgramRunner = {
    async run(order) {
      runs.push(order);
      await order.box.run({ command: script, timeoutMs: 10_000 });
      return { outcome: 'done', summary: 'did it', usage: { steps: 2, inputTokens: 5, outputTokens: 6, usd: 0.5 }, by: { agent: 'coder@1', mind: `program:${order.program}` } }; // prettier-ignore
    },
  };
  return { runs, runProgram };
}

it('lets a program work in the box and commits what it changed by the rules of a step; a repeated attempt does not pay again', async () => {
  const bench = await coderBench({ files: { 'src/a.js': 'a\n', 'test/open.test.js': 'open\n' } });
  const { runs, runProgram } = scriptedProgram('echo b > src/b.js; echo cheat > test/open.test.js; ln -s /etc/passwd link');
  const coder = createCoder({ ...bench.first.deps, runProgram });
  const order = await orderOf(bench, { kind: 'program', program: 'gemini-cli' });
  const made = await coder.writeCode(order);
  if (made.kind !== 'answer') throw new Error('no answer');
  expect(await bench.pathsAt(made.value.change)).toEqual(['src/a.js', 'src/b.js', 'test/open.test.js']);
  expect(await bench.textAt(made.value.change, 'test/open.test.js')).toBe('open\n');
  expect(made).toMatchObject({ usage: { usd: 0.5 }, by: { mind: 'program:gemini-cli' } });
  expect(made.value.summary).toMatch(/^did it\nCommitted: created src\/b\.js\./);
  expect(runs[0]?.brief).toContain('# Task t1: A task');
  await coder.closeTask({ site: bench.site });

  const elsewhere = createCoder({ ...(await bench.worker()).deps, runProgram });
  expect(await elsewhere.writeCode(order)).toEqual(made);
  expect(runs).toHaveLength(1);
});

it('a program whose model is busy says until when to wait; the next attempt, on any worker, goes on from what was done with what is left', async () => {
  const bench = await coderBench({ files: { 'src/a.js': 'a\n' } });
  const usage = { steps: 2, inputTokens: 5, outputTokens: 6, usd: 0.5 };
  const runs: ProgramRun[] = [];
  const runProgram: ProgramRunner = {
    async run(order) {
      runs.push(order);
      const by = { agent: 'coder@1', mind: `program:${order.program}` };
      const isFirst = runs.length === 1;
      await order.box.run({ command: isFirst ? 'echo half > src/b.js' : 'cat src/b.js > src/seen.js', timeoutMs: 10_000 });
      if (isFirst) return { outcome: 'parked', forMs: 60_000, reason: 'its model asks to wait (429)', summary: 'cut', usage, by };
      return { outcome: 'done', summary: 'did the rest', usage, by };
    },
  };
  const coder = createCoder({ ...bench.first.deps, runProgram });
  const order = await orderOf(bench, { kind: 'program', program: 'gemini-cli' });
  const asked = Date.now();
  const parked = await coder.writeCode(order);
  if (parked.kind !== 'wait') throw new Error('it was not parked');
  expect(parked.reason).toContain('asks to wait');
  expect(Date.parse(parked.until) - asked).toBeGreaterThanOrEqual(60_000);
  await coder.closeTask({ site: bench.site });

  const elsewhere = createCoder({ ...(await bench.worker()).deps, runProgram });
  const made = await elsewhere.writeCode(order);
  if (made.kind !== 'answer') throw new Error('no answer');
  expect(made).toMatchObject({ usage: { steps: 4, inputTokens: 10, outputTokens: 12, usd: 1 } });
  expect(await bench.textAt(made.value.change, 'src/seen.js')).toBe('half\n');
  expect(runs[1]).toMatchObject({ limits: { steps: 8, tokens: 989 }, brief: expect.stringContaining('go on from there') });
  expect(runs[1]!.limits.minutes).toBeLessThan(1);
  expect(await elsewhere.writeCode(order)).toEqual(made);
  expect(runs).toHaveLength(2);
});

it.each([
  [{ kind: 'program', program: 'codex' }, 'NotConfigured'],
  [{ kind: 'model' }, 'NotOffered'],
  [{ kind: 'template', template: 'none', subject: {} }, 'InvalidInput'],
] as const)('refuses %j with %s', async (mind, type) => {
  const bench = await coderBench({ files: { 'a.js': 'a\n' } });
  await expect(bench.first.coder.writeCode(await orderOf(bench, mind))).rejects.toMatchObject({ type });
});
