import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type ProgramRun, type ProgramRunnerDeps, createProgramRunner } from '../../../../activities/lib/programs/program.ts';
import type { SandboxDriver } from '../../../../activities/sandbox/box.ts';
import { failureMessage, failureType } from '../../../../schemas/failures.ts';
import { startModelServer } from '../../../support/modelServer.ts';
import { kindsHere, makeBench } from '../../../support/sandboxes.ts';
import { answerJson, startUpstream } from '../../../support/upstream.ts';

const key = 'AIza-canary-key-of-the-tests-1234567890';
const project = join(import.meta.dirname, '../../../..');
const limits = { steps: 50, tokens: 1_000_000, minutes: 1 };
const prices = [{ model: 'gemini-*', input: 1_000_000, output: 2_000_000 }];
// What is hostile is the same in each kind of box; once is enough for what takes seconds.
const closed = (await kindsHere()).filter(({ kind }) => kind !== 'process');
const thorough = closed.find(({ missing }) => missing === undefined)?.kind;

describe.each(closed)('a coding program in a box of $kind', ({ kind, missing }) => {
  let bench: Awaited<ReturnType<typeof makeBench>>;
  let driver: SandboxDriver;
  let workspace: string;

  beforeAll(async () => {
    bench = await makeBench();
    if (missing === undefined) driver = (await bench.choose(kind, true)).driver;
    workspace = await bench.workspace({ 'src/a.txt': 'first\n', 'package.json': '{}' });
    for (const name of ['@agentclientprotocol/sdk', 'zod']) {
      await mkdir(join(workspace, 'node_modules', name), { recursive: true });
      await cp(join(project, 'node_modules', name), join(workspace, 'node_modules', name), { recursive: true, filter: isCode });
    }
    const agent = stripTypeScriptTypes(await readFile(join(project, 'test/support/codingAgentChild.ts'), 'utf8'));
    await writeFile(join(workspace, 'agent.mjs'), agent);
  });
  afterAll(() => bench.close());

  /** Runs the small agent with a behaviour; `failed` holds what the run ended with when it did not succeed. */
  async function runAgent(behaviour: string, url: string, given: Partial<ProgramRun> = {}, deps: Partial<ProgramRunnerDeps> = {}) {
    const box = given.box ?? (await bench.box(driver, { workspace }));
    const lines: string[] = [];
    const runner = createProgramRunner({
      settings: { 'gemini-cli': { provider: 'google', url: `${url}/v1beta`, key } },
      commands: { 'gemini-cli': ['node', `${box.root}/agent.mjs`, behaviour] },
      prices,
      ...deps,
    });
    const signal = new AbortController().signal;
    const order = {
      program: 'gemini-cli',
      brief: 'add a line',
      signal,
      limits,
      onProgress: (line: string) => lines.push(line),
      box,
    } as const;
    const run = runner.run({ ...order, ...given });
    const result = await run.catch((error: unknown) => ({ failed: error }));
    return {
      result,
      box,
      lines,
      failed: 'failed' in result ? { type: failureType(result.failed), message: failureMessage(result.failed) } : undefined,
    };
  }

  it.skipIf(missing !== undefined)('reads, asks its model, is allowed to edit, writes both ways, and says what it did', async () => {
    const server = await startModelServer('the second line');
    const { result, box, lines } = await runAgent('work', server.url);
    expect(result).toEqual({
      outcome: 'done',
      summary: 'Both files are written.',
      usage: { steps: 1, inputTokens: 11, outputTokens: 7, usd: 25 },
      by: { agent: 'coder@1', mind: 'program:gemini-cli' },
    });
    expect(lines).toEqual(['I look at the file.', 'Edit src/a.txt', 'Both files are written.']);
    expect(await box.readText('src/a.txt')).toBe('first\nthe second line\n');
    expect(await box.readText('src/b.txt')).toBe('written directly\n');
    expect(server.received()[0]).toContain('add a line');
    expect((await box.find(['**'])).sort()).toEqual(['agent.mjs', 'package.json', 'src/a.txt', 'src/b.txt']);
  });

  it.skipIf(missing !== undefined)('gets no file from outside its workspace, no terminal, no key and no other host', async () => {
    const upstream = await startUpstream((_request, response) => answerJson(response, {}));
    const outside = await runAgent('outside', upstream.url);
    expect(outside.failed).toBeUndefined();
    const refused = [...Array.from({ length: 5 }, () => 'read refused'), 'write refused', 'write refused', 'terminal refused'];
    expect((await outside.box.readText('told.txt'))?.split('\n')).toEqual(refused);
    const look = await runAgent('look', upstream.url);
    const seen = await look.box.readText('seen.txt');
    expect(seen).toContain('GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:');
    expect(seen).toMatch(/unreachable unreachable unreachable$/);
    expect(seen).not.toContain('canary-key');
  });

  it.skipIf(kind !== thorough).each([
    ['prints without end', 'flood', 'ModelFailed', 'printed more than'],
    ['prints one endless line', 'line', 'ModelFailed', 'in one line'],
    ['speaks no protocol', 'garbage', 'ModelFailed', 'does not speak the Agent Client Protocol (it printed "no protocol at all")'],
    ['never greets', 'mute', 'ModelFailed', 'gave up'],
  ])('is ended when it %s', async (_what, behaviour, type, message) => {
    const { failed } = await runAgent(behaviour, 'http://127.0.0.1:1', {}, behaviour === 'mute' ? { greetingMs: 1500 } : {});
    expect(failed).toEqual({ type, message: expect.stringContaining(message) });
  });

  it.skipIf(missing !== undefined)('is told of with its last words when it dies, and leaves the box in order', async () => {
    const { failed, box } = await runAgent('die', 'http://127.0.0.1:1');
    expect(failed).toEqual({
      type: 'ModelFailed',
      message: expect.stringContaining('exit code 7; its last words: something is badly wrong'),
    });
    expect((await box.run({ command: 'cat src/a.txt', timeoutMs: 60_000 })).stdout).toBe('first\n');
  });

  it.skipIf(missing !== undefined)('fails with what it has cost when it kills the relay or its box is closed', async () => {
    const server = await startModelServer('answer');
    const alone = await runAgent('betray', server.url);
    expect(alone.failed).toEqual({ type: 'SandboxFailed', message: expect.stringContaining('ended under it') });
    expect(alone.result).toMatchObject({ failed: { details: [{ steps: 1, inputTokens: 11, usd: 25 }] } });
    const box = await bench.box(driver, { workspace });
    const closing = runAgent('hang', server.url, { box });
    await expect.poll(() => box.readText('started'), { timeout: 30_000 }).toBeDefined();
    await box.close();
    expect((await closing).failed?.type).toBe('SandboxFailed');
  });

  it.skipIf(missing !== undefined)('is stopped by its time, by the budget and by a call-off, and what it wrote stays', async () => {
    const late = await runAgent('hang', 'http://127.0.0.1:1', { limits: { ...limits, minutes: 0.02 } }, { graceMs: 200 });
    expect(late.result).toMatchObject({ outcome: 'budget', usage: { steps: 0 } });

    const server = await startModelServer('answer');
    const poor = await runAgent('many', server.url, { limits: { ...limits, steps: 4 } });
    expect(poor.result).toMatchObject({ outcome: 'budget', usage: { steps: 4, inputTokens: 44, usd: 100 } });
    const dear = await runAgent('many', server.url, { limits: { ...limits, usd: 60 } });
    expect(dear.result).toMatchObject({ outcome: 'budget', usage: { steps: 3, usd: 75 } });

    const aborting = new AbortController();
    const reason = new Error('called off');
    const hanging = await bench.box(driver, { workspace });
    const off = runAgent('hang', 'http://127.0.0.1:1', { box: hanging, signal: aborting.signal }, { graceMs: 200 });
    await expect.poll(() => hanging.readText('started'), { timeout: 30_000 }).toBeDefined();
    aborting.abort(reason);
    expect((await off).result).toEqual({ failed: reason });
  });

  it.skipIf(kind !== thorough).each([
    [401, 'ServiceRefused', 'check GOOGLE_API_KEY'],
    [404, 'ServiceRefused', 'check MODEL_NAME'],
    [503, 'ServiceUnavailable', 'is away'],
  ])('tells when its model answers %i', async (status, type, message) => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader('retry-after', '7');
      answerJson(response, { error: { message: `bad key ${key}` } }, status);
    });
    const { result, failed } = await runAgent('work', upstream.url);
    expect(failed).toEqual({ type, message: expect.stringContaining(message) });
    expect(failed?.message).not.toContain('canary');
    if (status === 503) expect(result).toMatchObject({ failed: { nextRetryDelay: 7000 } });
  });

  it.skipIf(kind !== thorough).each([
    ['the header', { 'retry-after': '7' }, {}],
    ["Google's text", {}, { error: { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' }] } }],
  ])('is parked as long as its busy model says in %s, and what it wrote stays', async (_where, headers, body) => {
    const upstream = await startUpstream((_request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      answerJson(response, body, 429);
    });
    const { result, box } = await runAgent('writeThenAsk', upstream.url);
    expect(result).toMatchObject({
      outcome: 'parked',
      forMs: 7000,
      reason: 'the model of Gemini CLI asks to wait (429)',
      usage: { steps: 1 },
    });
    expect(await box.readText('src/half.txt')).toBe('half of it\n');
  });

  it.skipIf(kind !== thorough)('is parked at once when its model is busy for long, though it would wait', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.setHeader('retry-after', '3600');
      answerJson(response, {}, 429);
    });
    const { result, box } = await runAgent('waitLong', upstream.url, {}, { graceMs: 200 });
    expect(result).toMatchObject({ outcome: 'parked', forMs: 3_600_000 });
    expect(await box.readText('src/half.txt')).toBe('half of it\n');
  });

  it.skipIf(kind !== thorough)('is not parked for an account without credit: no waiting helps', async () => {
    const upstream = await startUpstream((_request, response) => answerJson(response, { error: { code: 'insufficient_quota' } }, 429));
    const { failed } = await runAgent('work', upstream.url);
    expect(failed).toEqual({ type: 'ServiceRefused', message: expect.stringContaining('no credit left') });
  });

  it.skipIf(missing !== undefined)('says how to get what is missing: the program, and its key', async () => {
    const box = await bench.box(driver);
    const codex = { codex: { provider: 'openai', key } } as const;
    const absent = await runAgent('', '', { program: 'codex', box }, { settings: codex, commands: {} });
    expect(absent.failed).toEqual({
      type: 'ToolMissing',
      message: expect.stringContaining('npm install -g @agentclientprotocol/codex-acp'),
    });
    const keyless = await runAgent('', '', { program: 'claude-code', box }, { commands: {} });
    expect(keyless.failed).toEqual({ type: 'NotConfigured', message: expect.stringContaining('ANTHROPIC_API_KEY') });
  });
});

it('does not run with the rights of whoever runs Mainstay', async () => {
  const bench = await makeBench();
  onTestFinished(() => bench.close());
  const { driver } = await bench.choose('process', true);
  const box = await bench.box(driver);
  const runner = createProgramRunner({ settings: { 'gemini-cli': { provider: 'google', key } } });
  const signal = new AbortController().signal;
  const run = runner.run({ program: 'gemini-cli', box, brief: '', signal, limits, onProgress: () => undefined });
  expect(failureType(await run.catch((error: unknown) => error))).toBe('IsolationUnavailable');
});

function isCode(path: string): boolean {
  return !/\.(?:map|cts|d\.ts|ts|md)$/.test(path);
}
