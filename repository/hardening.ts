/** Transports that one git command may use: none (reads of what is here), `file`, `https`, or `loopback` (plain http to this machine). */
export type GitTransport = 'none' | 'file' | 'https' | 'loopback';

const inherited = [
  'PATH',
  'TMPDIR',
  'SYSTEMROOT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'CURL_CA_BUNDLE',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
];

/** What `GIT_ALLOW_PROTOCOL` says for each kind of transport. */
const protocols = { none: '', file: 'file', https: 'https', loopback: 'http' } as const satisfies Record<GitTransport, string>;

/**
 * Settings that stand above those of any repository. Objects are not checked by fsck when they arrive: long-lived public repositories hold
 * commits with bad time zones or zero-padded modes that it refuses, and the one tree that gets checked out is inspected anyway.
 */
export const hardenedSettings: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=',
  'core.attributesFile=/dev/null',
  'core.sshCommand=false',
  'core.askPass=',
  'core.pager=cat',
  'core.quotePath=false',
  'credential.helper=',
  'protocol.ext.allow=never',
  'protocol.version=2',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'safe.bareRepository=explicit',
  'transfer.fsckObjects=false',
  // Objects arrive as one pack that is moved into place at the end, so a killed fetch leaves no half commit.
  'transfer.unpackLimit=1',
  'fetch.unpackLimit=1',
  // Housekeeping ends with the command; nothing stays behind in the background.
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
];

/** The environment of one git command: paths, proxies and certificates of this process, and nothing else of it. */
export function hardenedEnvironment(transport: GitTransport): Record<string, string> {
  const kept = inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ALLOW_PROTOCOL: protocols[transport],
    LC_ALL: 'C',
  };
}
