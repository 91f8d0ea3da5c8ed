import { delimiter } from 'node:path';

const authorities =
  'NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR PIP_CERT REQUESTS_CA_BUNDLE GIT_SSL_CAINFO CURL_CA_BUNDLE CARGO_HTTP_CAINFO'.split(' ');
const proxies = 'HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy'.split(' ');
const registries =
  'PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS npm_config_registry GOPROXY GOSUMDB UV_INDEX_URL YARN_NPM_REGISTRY_SERVER'.split(' ');

/** Variables of certificate authorities; their values are paths of this machine. */
export function authorityVariables(host: NodeJS.ProcessEnv): Record<string, string> {
  return pick(host, authorities);
}

/** Variables that say where packages come from. A URL with a password in it is a secret and stays out. */
export function registryVariables(host: NodeJS.ProcessEnv): Record<string, string> {
  const found = pick(host, [...registries, ...proxies]);
  return Object.fromEntries(Object.entries(found).filter(([, value]) => !/\/\/[^/\s]*@/.test(value)));
}

/** The person's PATH without what `npm run` puts before it, so that Mainstay's own tools do not pass for the repository's. */
export function toolPath(host: NodeJS.ProcessEnv): string {
  const parts = (host.PATH ?? '').split(delimiter);
  const own = parts.filter((part) => part.startsWith('/') && !/\/(node_modules\/\.bin|node-gyp-bin)\/?$/.test(part));
  return own.length === 0 ? '/usr/local/bin:/usr/bin:/bin' : [...new Set(own)].join(delimiter);
}

function pick(host: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (host[name] ? [[name, host[name]]] : [])));
}
