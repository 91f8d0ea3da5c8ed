import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routesOf, schemaIn } from '../../support/apiDocument.ts';
import { openCallers } from '../../support/callers.ts';

const open: { callers?: Awaited<ReturnType<typeof openCallers>> } = {};
// Nothing listens there: the document needs no Temporal.
beforeAll(async () => void (open.callers = await openCallers(new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) }))));
afterAll(() => open.callers?.close());

const document = () => open.callers!.document;
const operations = () =>
  Object.entries(document().paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), ...operation })),
  );
const find = (wanted: string) => operations().find(({ operationId }) => operationId === wanted)!;
const bodyOf = (wanted: string) => schemaIn(document(), find(wanted).requestBody!.content['application/json']!.schema);

describe('the document of the API', () => {
  it('has every route of the gateway, and none besides', () => {
    const named = (route: string) => route.replace(/\*$/, '{}').replace(/\{\w*\}|:\w+/g, '{}');
    const documented = operations().map(({ path, method }) => named(`${method} ${path}`));
    const served = routesOf(open.callers!.gateway).map(named);
    expect(served.length).toBeGreaterThan(25);
    expect(documented.sort()).toEqual(served.sort());
  });

  it('names every operation once', () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('groups operations by tags that it explains', () => {
    const used = [...new Set(operations().flatMap(({ tags }) => tags))];
    expect(used.sort()).toEqual(
      document()
        .tags.map(({ name }) => name)
        .sort(),
    );
  });

  it('describes exactly the parameters of each path', () => {
    for (const { path, parameters } of operations()) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path');
      expect([path, inPath.map(({ name }) => `{${name}}`)]).toEqual([path, path.match(/\{\w+\}/g) ?? []]);
      expect(inPath.every(({ required }) => required)).toBe(true);
    }
  });

  it('refers to nothing that it does not hold, and holds nothing that it does not refer to', () => {
    const refs = new Set(JSON.stringify(document()).match(/(?<="\$ref":")[^"]+/g));
    const held = (['schemas', 'responses'] as const).flatMap((kind) =>
      Object.keys(document().components[kind]).map((id) => `#/components/${kind}/${id}`),
    );
    expect([...refs].sort()).toEqual(held.sort());
  });

  it('has schemas that can be read, of every body and answer', () => {
    const contents = operations().flatMap(({ requestBody, responses }) => [
      requestBody?.content,
      ...Object.values(responses).map((response) => ('content' in response ? response.content : undefined)),
    ]);
    const schemas = contents.flatMap((content) => Object.values(content ?? {}).map(({ schema }) => schema));
    expect(schemas.length).toBeGreaterThan(40);
    for (const schema of schemas) expect(() => schemaIn(document(), schema)).not.toThrow();
  });

  it.each([
    ['GET', '/health', []],
    ['GET', '/openapi.json', []],
    ['POST', '/webhooks/github', []],
    ['GET', '/runs/{workflowId}', [{ token: ['viewer'] }]],
    ['POST', '/orchestrator/execute', [{ token: ['operator'] }]],
    ['POST', '/orchestrator/approve/{workflow_id}', [{ token: ['approver'] }]],
    ['POST', '/locks/break', [{ token: ['admin'] }]],
  ])('says who may call %s %s', (method, path, security) => {
    expect(operations().find((one) => one.method === method && one.path === path)?.security).toEqual(security);
  });

  it('is as strict as the gateway about the roles: without a token only what asks for none answers', async () => {
    for (const { method, path, security } of operations()) {
      if (security.length === 0) continue;
      const answer = await open.callers!.call(
        undefined,
        method as 'GET',
        path.replace(/\{\w+\}/g, 'x'),
        method === 'POST' ? {} : undefined,
      );
      expect([method, path, answer.status]).toEqual([method, path, 401]);
    }
  });

  it('promises problem JSON for every refusal', () => {
    for (const { responses } of operations()) {
      expect(responses).toMatchObject({
        '4XX': { $ref: '#/components/responses/Refused' },
        '5XX': { $ref: '#/components/responses/Broken' },
      });
    }
    expect(document().components.responses['Refused']).toMatchObject({
      description: expect.stringContaining('DecisionRefused 409'),
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
  });

  it('shows no field that only Mainstay sets', () => {
    const bodies = operations().map(({ requestBody }) => JSON.stringify(requestBody ?? {}));
    for (const name of ['requestedBy', 'approvedBy', 'earlierApprovals', 'withholdDeploys', '"by"']) {
      expect(bodies.filter((body) => body.includes(name))).toEqual([]);
    }
  });

  it.each<[string, unknown, boolean]>([
    ['planFeature', { request: 'build a shop' }, true],
    ['planFeature', { repository: '/srv/shop' }, false],
    ['planFeature', { request: 'build a shop', colour: 'red' }, false],
    ['executePlan', { todo_list_id: 'plan-feature/x/1', budget: { steps: 5 } }, true],
    ['executePlan', { todo_list_id: 'plan-feature/x/1', autonomy: 'none' }, false],
    ['startRun', { repository: '/srv/shop', approve: true }, true],
    ['startRun', {}, false],
    ['acquireLock', { resource: 'env:production', id: '1' }, true],
  ])('takes for %s what the gateway takes: %j', (operation, body, taken) => {
    expect(bodyOf(operation).safeParse(body).success).toBe(taken);
  });

  it('leaves answers open for fields to come, and bodies closed', () => {
    const { paths, components } = document();
    const answers = Object.values(paths).flatMap((path) => Object.values(path).map(({ responses }) => responses));
    expect(JSON.stringify([answers, components.schemas['RunView']])).not.toContain('"additionalProperties":false');
    expect(JSON.stringify(find('planFeature').requestBody)).toContain('"additionalProperties":false');
  });
});
