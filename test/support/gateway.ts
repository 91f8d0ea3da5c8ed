import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Webhooks } from '@octokit/webhooks';
import type { Client } from '@temporalio/client';
import { connect } from '../../client/connect.ts';
import { createGateway, listen } from '../../client/gateway/server.ts';
import { joinOrStartEngine } from '../../engine/engine.ts';

export const secret = 'a secret of eight';
export const cloneUrl = 'https://git.test/{owner}/{repo}.git';

type Settings = { githubSecrets?: readonly string[]; tokensFile?: string; listens?: boolean };

/** A real gateway on a free port of a Temporal server. */
export async function openGateway(client: Client, { githubSecrets = [secret], tokensFile, listens = true }: Settings = {}) {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-gateway-'));
  const log: string[] = [];
  const services = { gateway: { githubSecrets, slackSecrets: [], cloneUrl, trusted: ['vouched/*'], tokensFile } };
  const gateway = await createGateway({ client, services, home, uiUrl: 'http://ui.test', log: (text) => log.push(text) });
  const url = listens ? await listen(gateway, { host: '127.0.0.1', port: 0 }) : '';
  return {
    url,
    home,
    log,
    gateway,
    async close() {
      await gateway.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A real embedded engine of its own, without workers: what is started waits. */
export async function openEngine({ profile = 'fast' }: { profile?: 'fast' | 'durable' } = {}) {
  const home = await mkdtemp(join(tmpdir(), 'mainstay-engine-'));
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const engine = await joinOrStartEngine({ home, profile, env, progress: () => undefined });
  const { client, close } = await connect({ options: engine.connectionOptions, namespace: engine.namespace });
  return {
    client,
    address: engine.address,
    home,
    async close() {
      await close();
      await engine.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const child = fileURLToPath(new URL('gatewayChild.ts', import.meta.url));

/** A gateway as a process of its own; answers once it listens. Kill it with `kill` of installation.ts. */
export async function spawnGateway({ address, home, port = 0 }: { address: string; home: string; port?: number }) {
  const started = spawn(process.execPath, [child, address, home, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    started.stdout.setEncoding('utf8').once('data', (line: string) => resolve(line.trim()));
    started.once('exit', (code) => reject(new Error(`the gateway ended with ${code}`)));
  });
  return { process: started, url, port: Number(new URL(url).port) };
}

export type Sending = {
  url: string;
  event: string;
  payload: unknown;
  delivery?: string;
  secret?: string;
  headers?: Record<string, string>;
  /** Sent in place of the payload's JSON; signed all the same. */
  body?: string;
};

/** Sends a delivery as GitHub does; `headers` come last. */
export async function deliver({ url, event, payload, delivery = randomUUID(), secret: by = secret, headers, body }: Sending) {
  const text = body ?? JSON.stringify(payload);
  const response = await fetch(`${url}/webhooks/github`, {
    method: 'POST',
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': delivery,
      'x-hub-signature-256': text === '' ? 'sha256=' : await new Webhooks({ secret: by }).sign(text),
      ...headers,
    },
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Record<string, unknown> };
}
