import { HttpMethod, createConfiguration, ServerConfiguration } from '@kubernetes/client-node';
import { failure } from '../../../schemas/failures.ts';
import { type ClusterAccess, chooseContext } from './access.ts';
import { type ClusterAnswer, refusedBy } from './answer.ts';

export type ClusterRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with encoded names, for example `/api/v1/namespaces/shop/pods`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
};

/** One cluster, spoken to in plain JSON: what the generated models do not know would be lost on the way. */
export type Cluster = {
  /** The answer whatever its status; `ServiceUnavailable` when there was none. */
  send(request: ClusterRequest): Promise<ClusterAnswer>;
  /** The object or list; undefined: there is none. */
  read(path: string, query?: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<unknown>;
  /** Makes an object; false: one of that name is there. `path` is the collection's. */
  create(path: string, body: unknown): Promise<boolean>;
  /** Removes an object; harmless when it is gone. */
  remove(path: string): Promise<void>;
};

// An API server answers within seconds, or does not answer.
const patienceMs = 30_000;

/** Opens the cluster of a context (default: the current one); fails like `chooseContext`. Nothing is asked yet. */
export function openCluster(access: ClusterAccess, context?: string): Cluster {
  const config = chooseContext(access, context);
  const server = new ServerConfiguration(config.getCurrentCluster()?.server ?? '', {});
  const { httpApi } = createConfiguration({ baseServer: server });

  const send = async ({ method, path, query = {}, body, contentType = 'application/json', signal }: ClusterRequest) => {
    const request = server.makeRequestContext(path, HttpMethod[method]);
    for (const [name, value] of Object.entries(query)) request.setQueryParam(name, value);
    request.setHeaderParam('Accept', 'application/json');
    request.setHeaderParam('User-Agent', 'mainstay');
    if (body !== undefined) {
      request.setHeaderParam('Content-Type', contentType);
      request.setBody(JSON.stringify(body));
    }
    const timeout = AbortSignal.timeout(patienceMs);
    request.setSignal(signal === undefined ? timeout : AbortSignal.any([signal, timeout]));
    await config.applySecurityAuthentication(request).catch(noLogin);
    try {
      const response = await httpApi.send(request).toPromise();
      return { status: response.httpStatusCode, body: parsed(await response.body.text()) };
    } catch (error) {
      signal?.throwIfAborted();
      throw unreachable(error);
    }
  };

  return {
    send,

    async read(path, query, signal) {
      const answer = await send({ method: 'GET', path, query, signal });
      if (answer.status === 404) return undefined;
      if (answer.status >= 400) throw refusedBy(answer, `GET ${path}`);
      return answer.body;
    },

    async create(path, body) {
      const answer = await send({ method: 'POST', path, body });
      if (answer.status === 409) return false;
      if (answer.status >= 400) throw refusedBy(answer, `POST ${path}`);
      return true;
    },

    async remove(path) {
      const answer = await send({ method: 'DELETE', path, query: { propagationPolicy: 'Background' } });
      if (answer.status >= 400 && answer.status !== 404) throw refusedBy(answer, `DELETE ${path}`);
    },
  };
}

function noLogin(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw failure('ServiceRefused', `this worker cannot log in to the cluster: ${reason}; correct its kubeconfig`, undefined, error);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unreachable(error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const code = cause !== undefined && 'code' in cause ? String(cause.code) : '';
  const text = cause?.message ?? String(error);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return failure('ServiceRefused', `the cluster's certificate is not trusted (${code}): correct certificate-authority in the kubeconfig`);
  }
  return failure('ServiceUnavailable', `the cluster does not answer: ${text}`, undefined, error);
}
