import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, secret, spawnGateway } from '../support/gateway.ts';
import {
  checkPayload,
  commentPayload,
  githubExamples,
  pullRequestPayload,
  pushPayload,
  reviewPayload,
  suitePayload,
  workflowPayload,
} from '../support/githubPayloads.ts';
import { kill } from '../support/installation.ts';

const bodies = 10_000;
const atATime = 50;
const open: { engine?: Awaited<ReturnType<typeof openEngine>>; gateway?: Awaited<ReturnType<typeof spawnGateway>> } = {};

beforeAll(async () => {
  open.engine = await openEngine();
  open.gateway = await spawnGateway(open.engine);
});
afterAll(async () => {
  if (open.gateway) await kill(open.gateway.process);
  await open.engine?.close();
});

type Attack = { body: Uint8Array; headers: Record<string, string>; signed: boolean };

const events = ['push', 'pull_request', 'pull_request_review', 'issue_comment', 'check_run', 'check_suite', 'workflow_run'];
const ours = [
  ['push', pushPayload()],
  ['pull_request', pullRequestPayload('opened')],
  ['issue_comment', commentPayload('/mainstay deploy production')],
  ['pull_request_review', reviewPayload('approved')],
  ['check_run', checkPayload('run-pipeline/acme/shop/1/push-1/11111111-2222-4333-8444-555555555555/lint')],
  ['check_suite', suitePayload()],
  ['workflow_run', workflowPayload('failure', [5])],
] as const;
const originals: { event: string; payload: unknown }[] = [
  ...githubExamples().filter(({ event }) => events.includes(event)),
  ...ours.map(([event, payload]) => ({ event, payload })),
  ...ours.map(([event, payload]) => ({ event, payload })),
];

const escape = '\u001b';
const nasty = fc.constantFrom<unknown>(
  '',
  '\0',
  '../../../etc/passwd',
  '--upload-pack=touch /tmp/x',
  'refs/heads/-x',
  `refs/heads/${'a'.repeat(900)}`,
  'acme/..',
  'acme/shop/../../x',
  "' OR WorkflowId IS NOT NULL --",
  '$(id)`id`;id',
  `${escape}]0;x\u0007${escape}[2J`,
  '\u202Emoc.live',
  '\uD800',
  'x'.repeat(200_000),
  'NaN',
  -1,
  0,
  1e308,
  Number.MAX_SAFE_INTEGER,
  2 ** 53 + 2,
  null,
  true,
  [],
  {},
  Array.from({ length: 2000 }, () => ({ number: 5 })),
  { toString: 'x', valueOf: 1, length: -1 },
  JSON.parse('{"__proto__":{"action":"opened","number":5},"constructor":{"prototype":{"polluted":1}}}'),
);

/** A real payload in which some values, anywhere, are replaced, removed or renamed. */
const mutated = fc
  .record({
    original: fc.constantFrom(...originals),
    changes: fc.array(fc.record({ at: fc.nat(), value: fc.oneof(nasty, fc.jsonValue()), remove: fc.boolean() }), { maxLength: 4 }),
  })
  .map(({ original: { event, payload }, changes }) => {
    const root = { payload: structuredClone(payload) };
    for (const { at, value, remove } of changes) {
      const places = placesIn(root);
      const [holder, key] = places[at % places.length]!;
      if (remove && holder !== root) delete holder[key];
      else holder[key] = structuredClone(value);
    }
    return { event, text: JSON.stringify(root.payload) ?? 'undefined' };
  });

const broken = fc.tuple(mutated, fc.nat(), fc.uint8Array({ maxLength: 8 })).map(([{ event, text }, at, bytes]) => {
  const whole = Buffer.from(text);
  const cut = at % (whole.length + 1);
  return { event, body: Buffer.concat([whole.subarray(0, cut), bytes, whole.subarray(cut + (at % 3) * 100)]) };
});
const raw = fc.record({
  event: fc.constantFrom(...events),
  body: fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    fc.json().map((text) => Buffer.from(text)),
  ),
});
const deep = fc
  .tuple(fc.constantFrom(...events), fc.constantFrom('[', '{"a":', '[{"__proto__":'), fc.integer({ min: 60, max: 200_000 }))
  .map(([event, piece, times]) => ({
    event,
    body: Buffer.from(piece.repeat(times)),
  }));
const body = fc.oneof(
  { weight: 12, arbitrary: mutated.map(({ event, text }) => ({ event, body: Buffer.from(text) })) },
  { weight: 4, arbitrary: broken },
  { weight: 3, arbitrary: raw },
  { weight: 1, arbitrary: deep },
);

const headerValue = fc
  .string({ unit: fc.constantFrom(...'abc/.-_%;=,"\\ {}0123456789'.split('')), maxLength: 150 })
  .map((text) => text.trim());
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: odd });

const attack: fc.Arbitrary<Attack> = fc
  .record({
    body,
    delivery: mostly(fc.uuid(), headerValue),
    oddEvent: mostly(fc.constant(''), headerValue),
    type: mostly(
      fc.constant('application/json'),
      fc.constantFrom('application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-16', 'multipart/form-data', ''),
    ),
    signature: fc.constantFrom('good', 'good', 'wrong', 'none', 'sha1', 'odd'),
    odd: headerValue,
  })
  .map((parts) => {
    const { event, body: bytes } = parts.body;
    const headers: Record<string, string> = {
      'x-github-event': parts.oddEvent || event,
      'x-github-delivery': parts.delivery,
      'content-type': parts.type,
    };
    const hmac = (name: string, key: string) => createHmac(name, key).update(bytes).digest('hex');
    if (parts.signature === 'good') headers['x-hub-signature-256'] = `sha256=${hmac('sha256', secret)}`;
    if (parts.signature === 'wrong') headers['x-hub-signature-256'] = `sha256=${hmac('sha256', 'not the secret')}`;
    if (parts.signature === 'odd') headers['x-hub-signature-256'] = parts.odd;
    if (parts.signature === 'sha1') headers['x-hub-signature'] = `sha1=${hmac('sha1', secret)}`;
    return { body: bytes, headers, signed: parts.signature === 'good' };
  });

/** Every place of a value, with what holds it; long lists only at their beginning. */
function placesIn(root: object): [Record<string, unknown>, string][] {
  const places: [Record<string, unknown>, string][] = [];
  const look = (holder: object, depth: number) => {
    for (const [key, value] of Object.entries(holder).slice(0, 100)) {
      places.push([holder as Record<string, unknown>, key]);
      // The first levels hold what is read: they are hit more often.
      if (depth < 3) places.push([holder as Record<string, unknown>, key]);
      if (value && typeof value === 'object' && depth < 8) look(value, depth + 1);
    }
  };
  look(root, 0);
  return places;
}

type Answer = { status: number; accepted: boolean; workflowIds: string[]; type?: string };

async function send({ body: bytes, headers }: Attack): Promise<Answer> {
  const response = await fetch(`${open.gateway!.url}/webhooks/github`, { method: 'POST', headers, body: Buffer.from(bytes) });
  const answer = (await response.json()) as { accepted?: boolean; type?: string; actions?: { workflowId?: string; outcome: string }[] };
  const reached = (answer.actions ?? []).filter(({ outcome }) => outcome === 'started' || outcome === 'told');
  return {
    status: response.status,
    accepted: answer.accepted === true,
    type: answer.type,
    workflowIds: reached.flatMap(({ workflowId }) => workflowId ?? []),
  };
}

async function residentMegabytes(): Promise<number> {
  return Number((await execa('ps', ['-o', 'rss=', '-p', String(open.gateway!.process.pid)])).stdout) / 1024;
}

describe('10,000 bodies that mean harm', () => {
  it('get 2xx or 4xx, start nothing unless GitHub could have said it, and neither end the gateway nor fill its memory', async () => {
    const attacks = fc.sample(attack, { numRuns: bodies, seed: 20_261_121 });
    const statuses = new Map<string, number>();
    const wrong: unknown[] = [];
    const reached = new Set<string>();
    const memory: number[] = [];
    const left = attacks.entries();

    const lanes = Array.from({ length: atATime }, async () => {
      for (const [index, one] of left) {
        const answer = await send(one);
        statuses.set(`${answer.status} ${answer.type ?? ''}`, (statuses.get(`${answer.status} ${answer.type ?? ''}`) ?? 0) + 1);
        if (answer.status >= 500 || answer.status < 200) wrong.push({ answer, headers: one.headers });
        if (!one.signed && answer.status < 400) wrong.push({ answer, headers: one.headers });
        for (const id of answer.workflowIds) reached.add(id);
        if (index % 500 === 0) memory.push(await residentMegabytes());
      }
    });
    await Promise.all(lanes);

    expect(wrong).toEqual([]);
    expect(open.gateway!.process.exitCode).toBeNull();
    // Each kind of refusal was met, and some were good enough to be taken.
    expect([...statuses.keys()].sort()).toEqual([
      '202 ',
      '400 InvalidInput',
      '401 SignatureInvalid',
      '415 InvalidInput',
      '422 InvalidInput',
    ]);
    expect(reached.size).toBeGreaterThanOrEqual(4);

    const all: string[] = [];
    await expect.poll(async () => (await open.engine!.client.workflow.count()).count, { timeout: 20_000 }).toBe(reached.size);
    for await (const { workflowId } of open.engine!.client.workflow.list()) all.push(workflowId);
    expect(new Set(all)).toEqual(reached);
    // Names stay names: no path, no control character, nothing that a query would read.
    for (const id of all) expect(id).toMatch(/^(?:run-pipeline|deploy-pull-request)(?:\/(?!\.\.?(?:\/|$))[A-Za-z0-9._-]+){3,4}$/);
    expect(Math.max(...memory)).toBeLessThan(700);
  }, 120_000);
});
