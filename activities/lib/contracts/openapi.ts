import type { Contract, Interface } from '../../../schemas/contract.ts';
import { parametersOf } from './openapiParameters.ts';
import { objectOf, schemaOfType, type JsonSchema, type ModelRef } from './typeWords.ts';

type Endpoint = Interface & { http: NonNullable<Interface['http']> };

/** The endpoints of a contract as an OpenAPI 3.1 document; undefined when it has none. */
export function openApiOf(contract: Contract): Record<string, unknown> | undefined {
  const endpoints = contract.interfaces.filter((one): one is Endpoint => one.http !== undefined);
  if (endpoints.length === 0) return undefined;
  const models = [...new Map(contract.data_models.map((model) => [model.name, model])).values()];
  const unique = uniqueKeys(models.map(({ name }) => name));
  const keys = new Map(models.map(({ name }, i) => [name, unique[i] ?? name]));
  const modelRef: ModelRef = (name) => {
    const key = keys.get(name);
    return key === undefined ? undefined : { $ref: `#/components/schemas/${key}` };
  };
  const schemas = models.map((model): [string, JsonSchema] => [
    keys.get(model.name) ?? model.name,
    { ...objectOf(model.fields, modelRef), ...(model.description !== '' && { description: model.description }) },
  ]);
  return {
    openapi: '3.1.0',
    info: { title: contract.title, version: `${contract.version}` },
    paths: pathsOf(contract, endpoints, modelRef),
    ...(schemas.length > 0 && { components: { schemas: Object.fromEntries(schemas) } }),
  };
}

/** Of two endpoints at the same method and path the first stands: a document cannot hold both. */
function pathsOf(contract: Contract, endpoints: readonly Endpoint[], modelRef: ModelRef): Record<string, unknown> {
  const ids = uniqueKeys(endpoints.map(({ name }) => name));
  const paths = new Map<string, Map<string, JsonSchema>>();
  endpoints.forEach((endpoint, i) => {
    const path = pathTemplate(endpoint.http.path);
    const item = paths.get(path) ?? new Map<string, JsonSchema>();
    paths.set(path, item);
    const method = endpoint.http.method.toLowerCase();
    if (!item.has(method)) item.set(method, operationOf(endpoint, ids[i] ?? endpoint.name, contract, modelRef));
  });
  return Object.fromEntries([...paths].map(([path, item]) => [path, Object.fromEntries(item)]));
}

function operationOf(endpoint: Endpoint, operationId: string, contract: Contract, modelRef: ModelRef): JsonSchema {
  const { parameters, body } = parametersOf(endpoint, pathTemplate(endpoint.http.path), contract, modelRef);
  const examples = (pick: (example: Interface['examples'][number]) => unknown) => {
    const found = endpoint.examples
      .map((example) => ({ summary: example.title, value: pick(example) }))
      .filter(({ value }) => value !== undefined);
    return found.length > 0 ? { examples: Object.fromEntries(found.map((example, i) => [`example${i + 1}`, example])) } : {};
  };
  const requestBody = body && {
    required: body.required,
    content: { 'application/json': { schema: body.schema, ...examples(({ input }) => input.body) } },
  };
  return {
    operationId,
    ...(endpoint.description !== '' && { description: endpoint.description }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: responsesOf(
      endpoint,
      modelRef,
      examples(({ output }) => output),
    ),
  };
}

function responsesOf({ http, returns, exceptions }: Endpoint, modelRef: ModelRef, examples: JsonSchema): JsonSchema {
  const empty = http.status === 204 || http.status === 304 || /^(?:void|None|undefined|\(\)|-)?$/.test(returns.type.trim());
  const success: JsonSchema = {
    description: returns.description || 'Done',
    ...(!empty && { content: { 'application/json': { schema: schemaOfType(returns.type, modelRef), ...examples } } }),
  };
  const responses = new Map<string, JsonSchema>([[statusKey(http.status), success]]);
  for (const key of new Set(exceptions.map(({ status }) => statusKey(status)))) {
    if (responses.has(key)) continue;
    const here = exceptions.filter(({ status }) => statusKey(status) === key);
    const schemas = [...new Set(here.map(({ type }) => type))].flatMap((type) => modelRef(type) ?? []);
    const schema = schemas.length > 1 ? { anyOf: schemas } : schemas[0];
    const description = here.map(({ type, when }) => when || type).join('; or ');
    responses.set(key, { description, ...(schema !== undefined && { content: { 'application/json': { schema } } }) });
  }
  return Object.fromEntries(responses);
}

/** Errors without a status of HTTP stand together under `default`. */
function statusKey(status: number | undefined): string {
  return status !== undefined && status >= 100 && status <= 599 ? String(status) : 'default';
}

/** `/books/:id` as `/books/{id}`. */
function pathTemplate(path: string): string {
  return path.replaceAll(/\/:([A-Za-z_]\w*)/g, '/{$1}');
}

/** Names as the keys that components and operations may have, each its own. */
function uniqueKeys(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const plain = name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
    let key = plain;
    for (let i = 2; used.has(key); i++) key = `${plain}_${i}`;
    used.add(key);
    return key;
  });
}
