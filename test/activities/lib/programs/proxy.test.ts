import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { forProgram, forProvider } from '../../../../activities/lib/programs/proxy/headers.ts';
import { hideKey } from '../../../../activities/lib/programs/proxy/hide.ts';
import { type Provider, routeOf } from '../../../../activities/lib/programs/proxy/routes.ts';
import { sealBody } from '../../../../activities/lib/programs/proxy/seal.ts';
import { countTokens } from '../../../../activities/lib/programs/proxy/tokens.ts';

const key = 'secret-key-123';

describe('the paths that are passed on', () => {
  const route = (provider: Provider, line: string, host = '127.0.0.1:8080') => {
    const [method, url] = line.split(' ');
    return routeOf(provider, { method, url, headers: { host } });
  };

  it.each<[Provider, string, string, string]>([
    [
      'google',
      'POST /v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse&key=x',
      '/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
      'ask',
    ],
    ['google', 'POST /v1beta/models/gemini-2.5-pro:countTokens', '/models/gemini-2.5-pro:countTokens', 'count'],
    ['google', 'GET /v1beta/models?pageSize=5', '/models?pageSize=5', 'read'],
    ['anthropic', 'POST /v1/messages?beta=true', '/messages?beta=true', 'ask'],
    ['anthropic', 'POST /v1/messages/count_tokens', '/messages/count_tokens', 'count'],
    ['openai', 'POST /v1/responses', '/responses', 'ask'],
    ['openai', 'POST /v1/chat/completions', '/chat/completions', 'ask'],
    ['openai', 'GET /v1/models/meta/llama-3', '/models/meta/llama-3', 'read'],
  ])('of %s: %s', (provider, line, path, kind) => {
    expect(route(provider, line)).toEqual({ path, kind });
  });

  it.each<[Provider, string, string?]>([
    ['google', 'POST /upload/v1beta/files'],
    ['google', 'POST /v1beta/files'],
    ['google', 'DELETE /v1beta/models/a:generateContent'],
    ['google', 'POST /v1beta/models/a/../../files:generateContent'],
    ['google', 'POST /v1beta/models/%2e%2e%2ffiles:generateContent'],
    ['google', 'POST /v1beta//evil.test/models/a:generateContent'],
    ['google', 'POST http://evil.test/v1beta/models/a:generateContent'],
    ['google', 'POST /v1beta/models/a:generateContent?alt=sse?x'],
    ['google', 'POST /v1beta/models/a:generateContent#@evil.test'],
    ['google', 'POST \\v1beta/models/a:generateContent'],
    ['google', 'POST /v1beta/models/a:generateContent', 'evil.test'],
    ['google', 'POST /v1beta/models/a:generateContent', '127.0.0.1.evil.test'],
    ['google', 'POST /v1beta/models/a:generateContent', ''],
    ['anthropic', 'POST /v1/messages/batches'],
    ['anthropic', 'POST /v1/files'],
    ['anthropic', 'GET /v1/organizations/api_keys'],
    ['openai', 'POST /v1/files'],
    ['openai', 'GET /v1/models/../files'],
    ['openai', 'GET /v1/responses/resp_1'],
  ])('of %s are not: %s %s', (provider, line, host) => {
    expect(route(provider, line, host)).toEqual({ refused: expect.any(String) });
  });
});

describe('a request', () => {
  it('loses what only a provider would carry out, and keeps the tools of the program', () => {
    const own = { type: 'function', name: 'shell', parameters: { properties: { url: { type: 'string' } } } };
    expect(
      seal('openai', {
        model: 'm',
        tools: [own, { type: 'web_search' }, { type: 'mcp', server_url: 'http://evil.test' }],
        prompt: { id: 'p' },
      }),
    ).toEqual({
      model: 'm',
      tools: [own],
    });
    expect(
      seal('anthropic', {
        tools: [
          { name: 'a', input_schema: {} },
          { type: 'web_fetch_20250910', name: 'f' },
        ],
        mcp_servers: [{}],
        container: 'c',
      }),
    ).toEqual({
      tools: [{ name: 'a', input_schema: {} }],
    });
    expect(seal('google', { tools: [{ functionDeclarations: [{ name: 'a' }], urlContext: {} }, { googleSearch: {} }] })).toEqual({
      tools: [{ functionDeclarations: [{ name: 'a' }] }],
    });
    expect(seal('google', { tools: { urlContext: {} } })).toEqual({});
  });

  it('is sent as it was checked when a name stands in it twice', () => {
    const twice = Buffer.from('{"tools":[{"type":"web_search"}],"tools":[],"model":"m"}');
    expect(sealBody('openai', twice)).toEqual({ model: 'm' });
  });

  it.each<[Provider, object]>([
    ['anthropic', { messages: [{ content: [{ type: 'image', source: { type: 'url', url: 'http://evil.test/?stolen' } }] }] }],
    ['anthropic', { messages: [{ content: [{ type: 'tool_result', content: [{ source: { type: 'url', url: 'http://evil.test/' } }] }] }] }],
    ['openai', { input: [{ content: [{ type: 'input_image', image_url: 'http://evil.test/' }] }] }],
    ['openai', { input: [{ type: 'function_call_output', output: [{ type: 'input_file', file_url: 'http://evil.test/' }] }] }],
    ['openai', { messages: [{ content: [{ type: 'image_url', image_url: { url: 'http://evil.test/' } }] }] }],
    ['google', { contents: [{ parts: [{ fileData: { fileUri: 'http://evil.test/' } }] }] }],
  ])('of %s is refused when it hands over an address to fetch: %j', (provider, body) => {
    expect(seal(provider, body)).toBeUndefined();
  });

  it('may hold addresses in what tools were given, and content itself', () => {
    const bodies: [Provider, object][] = [
      ['anthropic', { messages: [{ content: [{ type: 'tool_use', input: { url: 'http://example.com' } }] }] }],
      ['google', { contents: [{ parts: [{ functionCall: { args: { url: 'http://example.com' } } }] }] }],
      ['openai', { input: [{ content: [{ type: 'input_image', image_url: 'data:image/png;base64,AA==' }] }] }],
    ];
    for (const [provider, body] of bodies) expect(seal(provider, body)).toEqual(body);
  });

  it.each(['', 'x', '[]', '"text"', 'null', '{"a":'])('that is no JSON object is refused: %j', (body) => {
    expect(sealBody('openai', Buffer.from(body))).toBeUndefined();
  });

  it('carries the key in place of every credential', () => {
    const headers = {
      authorization: 'Bearer x',
      'x-api-key': 'x',
      'x-goog-api-key': 'x',
      cookie: 'c',
      host: 'h',
      'openai-organization': 'o',
      accept: 'a',
    };
    expect(forProvider('google', key, headers)).toEqual({ accept: 'a', 'accept-encoding': 'identity', 'x-goog-api-key': key });
    expect(forProvider('anthropic', key, headers)).toEqual({ accept: 'a', 'accept-encoding': 'identity', 'x-api-key': key });
    expect(forProvider('openai', key, headers)).toEqual({ accept: 'a', 'accept-encoding': 'identity', authorization: `Bearer ${key}` });
    expect(forProvider('openai', undefined, headers)).toEqual({ accept: 'a', 'accept-encoding': 'identity' });
  });
});

describe('an answer', () => {
  it.each([
    [['before ', key, ' after'], 'before ************** after'],
    [['before secr', 'et-key', '-123 after'], 'before ************** after'],
    [[key + key], '*'.repeat(28)],
    [['secret-key-12', '4', ' secret-'], 'secret-key-124 secret-'],
    [`x${key}y`.split(''), 'x**************y'],
  ])('has the key blotted out of %j', async (parts, expected) => {
    const source = new PassThrough();
    const hidden = text(source.pipe(hideKey(key)));
    for (const part of parts) source.write(part);
    source.end();
    expect(await hidden).toBe(expected);
  });

  it('is not held back for what cannot be the key', async () => {
    const hiding = hideKey(key);
    hiding.write('data: {"a":1}\n\n');
    expect(String(hiding.read())).toBe('data: {"a":1}\n\n');
  });

  it('tells nothing of the connection and no key in its headers', () => {
    const headers = { 'content-type': 'a/b', 'set-cookie': ['c'], location: 'http://x', 'retry-after': '3', 'x-request-id': `for ${key}` };
    expect(forProgram(headers, key)).toEqual({ 'content-type': 'a/b', 'retry-after': '3' });
  });

  it.each<[string, string[], number, number]>([
    [
      "Google's",
      [
        'data: {"usageMetadata":{"promptTokenCount":7}}\n\n',
        'data: {"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":2,"thoughtsTokenCount":3}}\n\n',
      ],
      7,
      5,
    ],
    [
      "Google's, whole",
      ['[{"usageMetadata":{"promptTokenCount":7}},', '{"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":2}}]'],
      7,
      2,
    ],
    [
      "Anthropic's",
      [
        'event: message_start\ndata: {"message":{"usage":{"input_tokens":3,"cache_read_input_tokens":10,"output_tokens":1}}}\n\nda',
        'ta: {"usage":{"output_tokens":9}}\n\n',
      ],
      13,
      9,
    ],
    ["OpenAI's", ['data: {"response":{"usage":{"input_tokens":4,"output_tokens":6}}}'], 4, 6],
    [
      "OpenAI's older",
      ['{"choices":[{"message":{"content":"\\"usage\\":{\\"prompt_tokens\\":999}"}}],"usage":{"prompt_tokens":4,"completion_tokens":6}}'],
      4,
      6,
    ],
    ['nobody knows whose', ['data: {"usage":{"input_tokens":"many"}}\n', 'data: [DONE]\n', 'data: {'], 0, 0],
  ])('of %s kind tells its tokens', (_whose, parts, inputTokens, outputTokens) => {
    const counting = countTokens();
    for (const part of parts) counting.take(Buffer.from(part));
    expect(counting.end()).toEqual({ inputTokens, outputTokens });
  });
});

function seal(provider: Provider, body: object) {
  return sealBody(provider, Buffer.from(JSON.stringify(body)));
}
