import { setTimeout as wait } from 'node:timers/promises';
import { isGrpcServiceError, type ConnectionLike } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { failure } from '../schemas/failures.ts';
import { searchAttributes } from '../schemas/names.ts';

// https://grpc.io/docs/guides/status-codes
const grpc = { notFound: 5, alreadyExists: 6, permissionDenied: 7, unimplemented: 12 };
const wanted = Object.values(searchAttributes);
const keyword = encodeSearchAttributeIndexedValueType('KEYWORD') ?? 2;

/**
 * Registers our search attributes where they are missing, on any server, and returns when queries know them.
 * `EngineUnavailable` holds the command to run when the namespace is missing or the server does not let us register.
 */
export async function prepareNamespace(connection: ConnectionLike, namespace: string): Promise<void> {
  const missing = await missingAttributes(connection, namespace);
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
    });
  } catch (error) {
    if (grpcCode(error) !== grpc.alreadyExists) throw notAllowed(namespace, missing, error);
  }
  await waitUntilKnown(connection, namespace);
}

/** Our search attributes that the namespace does not have. */
export async function missingAttributes(connection: ConnectionLike, namespace: string): Promise<string[]> {
  const known = await knownAttributes(connection, namespace);
  return wanted.filter((name) => !known.has(name));
}

async function knownAttributes(connection: ConnectionLike, namespace: string): Promise<Set<string>> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return new Set(Object.keys(customAttributes));
  } catch (error) {
    if (grpcCode(error) === grpc.notFound) throw namespaceMissing(namespace, error);
    if (grpcCode(error) !== grpc.permissionDenied && grpcCode(error) !== grpc.unimplemented) throw unreachable(error);
  }
  // Where the operator's service is closed, as on Temporal Cloud, the namespace's own description lists them.
  const { config } = await connection.workflowService.describeNamespace({ namespace }).catch((error: unknown) => {
    throw grpcCode(error) === grpc.notFound ? namespaceMissing(namespace, error) : unreachable(error);
  });
  return new Set(Object.values(config?.customSearchAttributeAliases ?? {}));
}

// A server of several hosts learns of new attributes from a cache that it refreshes now and then (at most a minute).
async function waitUntilKnown(connection: ConnectionLike, namespace: string): Promise<void> {
  const query = wanted.map((name) => `${name} = 'x'`).join(' OR ');
  for (const until = Date.now() + 60_000; ; await wait(250)) {
    try {
      await connection.workflowService.countWorkflowExecutions({ namespace, query });
      return;
    } catch (error) {
      if (Date.now() > until) throw unreachable(error);
    }
  }
}

function grpcCode(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}

function namespaceMissing(namespace: string, cause: unknown) {
  const command = `temporal operator namespace create --namespace ${namespace} --retention 168h`;
  return failure('EngineUnavailable', `The namespace ${namespace} does not exist. Create it: ${command}`, { command }, cause);
}

function notAllowed(namespace: string, missing: string[], cause: unknown) {
  const flags = missing.map((name) => `--name ${name} --type Keyword`).join(' ');
  const command = `temporal operator search-attribute create --namespace ${namespace} ${flags}`;
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `The namespace ${namespace} has no search attributes ${missing.join(', ')}, and the server refused to add them (${why}).`;
  return failure('EngineUnavailable', `${message} Let an operator run: ${command}`, { command, missing }, cause);
}

function unreachable(cause: unknown) {
  const why = cause instanceof Error ? cause.message : String(cause);
  return failure('EngineUnavailable', `The Temporal server did not answer about the namespace: ${why}`, undefined, cause);
}
