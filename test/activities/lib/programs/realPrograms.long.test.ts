import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createProgramRunner } from '../../../../activities/lib/programs/program.ts';
import type { CodingProgram } from '../../../../activities/lib/programs/programs.ts';
import type { Provider } from '../../../../activities/lib/programs/proxy/routes.ts';
import { failureMessage } from '../../../../schemas/failures.ts';
import { usage } from '../../../support/openModelServer.ts';
import { kindsHere, makeBench } from '../../../support/sandboxes.ts';

type Real = {
  program: CodingProgram;
  /** Names the folder into which `npm install --prefix` has put the program. */
  variable: string;
  provider: Provider;
  model: string;
  script: [string, ...string[]];
  /** The program's own tool that writes a file. */
  write: (path: string, text: string) => { name: string; arguments: object };
};

const modules = '.program/node_modules';
const reals: Real[] = [
  {
    program: 'gemini-cli',
    variable: 'MAINSTAY_TEST_GEMINI_CLI',
    provider: 'google',
    model: 'gemini-2.5-flash',
    script: ['node', `${modules}/@google/gemini-cli/bundle/gemini.js`, '--acp'],
    write: (path, text) => ({ name: 'write_file', arguments: { file_path: path, content: text } }),
  },
  {
    program: 'claude-code',
    variable: 'MAINSTAY_TEST_CLAUDE_CODE',
    provider: 'anthropic',
    model: 'claude-sonnet-4-5',
    script: ['node', `${modules}/@agentclientprotocol/claude-agent-acp/dist/index.js`],
    write: (path, text) => ({ name: 'Write', arguments: { file_path: path, content: text } }),
  },
  {
    program: 'codex',
    variable: 'MAINSTAY_TEST_CODEX',
    provider: 'openai',
    model: 'gpt-5',
    script: ['node', `${modules}/@agentclientprotocol/codex-acp/dist/index.js`],
    write: (path, text) => ({ name: 'exec_command', arguments: { cmd: `printf '${text.trim()}\\n' > ${path}` } }),
  },
  {
    program: 'opencode',
    variable: 'MAINSTAY_TEST_OPENCODE',
    provider: 'openai',
    model: 'gpt-4o',
    script: [`${modules}/opencode-linux-x64/bin/opencode`, 'acp'],
    write: (path, text) => ({ name: 'write', arguments: { filePath: path, content: text } }),
  },
];
const key = 'canary-key-of-the-tests-1234567890';
const gibibyte = 2 ** 30;
// Docker has the newer Node, which two of them need.
const place = (await kindsHere()).find(
  ({ kind, missing }) => kind === (process.env.MAINSTAY_TEST_ISOLATION ?? 'docker') && missing === undefined,
);

describe.each(reals)('$program itself', ({ program, variable, provider, model, script, write }) => {
  const folder = process.env[variable];
  const reason = folder === undefined ? `${variable} names no folder with it` : place === undefined ? 'no box for it here' : undefined;
  let bench: Awaited<ReturnType<typeof makeBench>>;

  beforeAll(async () => {
    bench = await makeBench();
  });
  afterAll(() => bench.close());

  type Answer = Extract<Parameters<LLMock['on']>[1], (...args: never[]) => unknown>;

  /** Runs the program with a model that has it write a file, and then answers as `then`. */
  async function runReal(then: ReturnType<Answer>) {
    const workspace = await bench.workspace({ 'README.md': '# A project\n' });
    await cp(folder!, join(workspace, '.program'), { recursive: true, verbatimSymlinks: true });
    const { driver } = await bench.choose(place!.kind, true);
    const limits = { memoryBytes: 3 * gibibyte, processes: 512, cpus: 2, outputBytes: gibibyte / 16, diskBytes: gibibyte };
    const box = await bench.box(driver, { workspace, limits });

    const server = new LLMock({ port: 0, logLevel: 'silent' });
    const wanted = write(`${box.root}/made.txt`, 'made by the program\n');
    let asked = false;
    server.on({ predicate: () => true }, (request) => {
      const offered = (request.tools ?? []).some((tool) => tool.function.name === wanted.name);
      if (asked) return then;
      if (!offered) return { content: 'The file is made.', usage };
      asked = true;
      return { toolCalls: [{ name: wanted.name, arguments: JSON.stringify(wanted.arguments) }], usage };
    });
    await server.start();
    onTestFinished(() => server.stop());

    const lines: string[] = [];
    const [file, ...args] = script.map((part) => part.replace(modules, `${box.root}/${modules}`));
    const runner = createProgramRunner({
      settings: { [program]: { provider, model, key, url: `${server.url}${provider === 'google' ? '/v1beta' : '/v1'}` } },
      commands: { [program]: [file, ...args] as [string, ...string[]] },
    });
    const result = await runner
      .run({
        program,
        box,
        brief: 'Make the file made.txt.',
        signal: new AbortController().signal,
        onProgress: (line) => lines.push(line),
        limits: { steps: 20, tokens: 1_000_000, minutes: 2 },
      })
      .catch((error: unknown) =>
        expect.fail(`${failureMessage(error)}\n${lines.join('\n')}\n${JSON.stringify(server.getRequests().map(({ path }) => path))}`),
      );
    expect(await box.readText('made.txt')).toBe('made by the program\n');
    return { result, box };
  }
  const why = reason === undefined ? '' : ` (${reason})`;

  it.skipIf(reason !== undefined)(`writes a file as its model says${why}`, { timeout: 240_000 }, async () => {
    const { result, box } = await runReal({ content: 'The file is made.', usage });
    expect(result).toMatchObject({
      outcome: 'done',
      summary: expect.stringContaining('The file is made.'),
      by: { mind: `program:${program}` },
    });
    expect(result.usage.steps).toBeGreaterThanOrEqual(2);
    expect((await box.find(['**'])).filter((path) => !path.startsWith('.program/'))).toEqual(['README.md', 'made.txt']);
  });

  it.skipIf(reason !== undefined)(
    `is parked when its model is busy for long, and what it wrote stays${why}`,
    { timeout: 240_000 },
    async () => {
      const { result } = await runReal({ error: { message: 'slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 3600 });
      expect(result).toMatchObject({ outcome: 'parked', forMs: 3_600_000 });
    },
  );
});
