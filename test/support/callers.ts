import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { expect } from 'vitest';
import { ApiDocument, promisedAnswer } from './apiDocument.ts';
import { openGateway } from './gateway.ts';

const people = { vera: ['viewer'], olga: ['operator'], ada: ['approver'], omar: ['operator', 'approver'], root: ['admin'] };
export type Person = keyof typeof people;
export type Answer<Body = Record<string, unknown>> = { status: number; body: Body };

/** A gateway with a token for each of some people. What it answers is compared with what its document promises. */
export async function openCallers(client: Client) {
  const folder = await mkdtemp(join(tmpdir(), 'mainstay-tokens-'));
  const tokensFile = join(folder, 'tokens.json');
  const hash = (name: string) => createHash('sha256').update(`${name}-token`).digest('hex');
  await writeFile(tokensFile, JSON.stringify(Object.entries(people).map(([name, roles]) => ({ name, roles, sha256: hash(name) }))));
  const gateway = await openGateway(client, { tokensFile });
  const document = ApiDocument.parse(await (await fetch(`${gateway.url}/openapi.json`)).json());

  /** `body` as JSON; a string goes as it is. */
  async function call(who: Person | undefined, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const authorization = who && { authorization: `Bearer ${who}-token` };
    const content = body !== undefined && { 'content-type': 'application/json' };
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const sent: RequestInit = { method, headers: { ...authorization, ...content }, ...(text === undefined ? {} : { body: text }) };
    const response = await fetch(`${gateway.url}${path}`, sent);
    const answer = { status: response.status, body: (await response.json()) as Record<string, unknown> };
    const promised = promisedAnswer(document, { method, path, status: answer.status });
    expect(promised?.safeParse(answer.body).error?.issues, `${method} ${path} ${answer.status} is not as documented`).toBeUndefined();
    return answer;
  }

  return {
    call,
    document,
    url: gateway.url,
    gateway: gateway.gateway,
    async close() {
      await gateway.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
