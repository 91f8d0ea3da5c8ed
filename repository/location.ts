import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { failure } from '../schemas/failures.ts';
import { repositorySlug } from '../schemas/names.ts';
import type { GitTransport } from './hardening.ts';

/** Where a repository is. `repository` is its canonical name: an absolute path, or a `file://` or `https://` URL, without credentials. */
export type RepositoryLocation = {
  kind: 'path' | 'file' | 'https';
  repository: string;
  slug: string;
  /** What git is given: the absolute path, or the URL. */
  remote: string;
  transport: GitTransport;
};

const allowed = 'give a path, a file:// URL or an https:// URL';

/** Reads what a person typed; `InvalidInput` names what is wrong and what is allowed. Looks at the text alone, never at the disk. */
export function parseRepository(text: string): RepositoryLocation {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) throw failure('InvalidInput', `repository: holds control characters; ${allowed}`);
  const named = text.trim();
  if (named === '') throw failure('InvalidInput', `repository: is empty; ${allowed}`);
  if (named.startsWith('-'))
    throw failure('InvalidInput', `repository: ${named} looks like an option; ${allowed} (./${named} for a folder)`);

  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(named)?.[1]?.toLowerCase();
  if (scheme !== undefined) return parseUrl(named, scheme);

  if (/^[A-Za-z0-9+.-]+::/.test(named))
    throw failure('InvalidInput', `repository: remote helpers (${named.split('::')[0]}::) are not used; ${allowed}`);
  const scp = /^(?:[^/@\s]+@)?([^/:\s]+):(?!\/\/)(.+)$/.exec(named);
  if (scp) throw failure('InvalidInput', `repository: SSH is not used; give https://${scp[1]}/${scp[2]?.replace(/^\/+/, '')}, or a path`);

  return at('path', withoutDotGit(resolve(named)));
}

function parseUrl(text: string, scheme: string): RepositoryLocation {
  if (!URL.canParse(text))
    throw failure('InvalidInput', `repository: ${withoutCredentials(text)} is not a URL that can be read; ${allowed}`);
  const url = new URL(text);
  if (scheme === 'file') return at('file', withoutDotGit(pathOf(url, text)));
  if (scheme !== 'https' && !(scheme === 'http' && isLoopback(url.hostname))) {
    const instead = url.hostname === '' ? allowed : `give https://${url.hostname}${url.pathname}, or a path`;
    throw failure('InvalidInput', `repository: ${scheme}:// is not used; ${instead}`);
  }
  const address = `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
  if (url.username !== '' || url.password !== '') {
    throw failure(
      'InvalidInput',
      `repository: a URL with credentials would be kept in the run's record; give ${address}, or the path of a clone`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw failure('InvalidInput', `repository: a repository's address has no ? or # part; give ${address}`);
  }
  if (url.pathname.replace(/\/+/g, '') === '') {
    throw failure('InvalidInput', `repository: ${address} names a host and no repository; ${allowed}`);
  }
  return {
    kind: 'https',
    repository: address,
    slug: repositorySlug(address),
    remote: address,
    transport: scheme === 'http' ? 'loopback' : 'https',
  };
}

function at(kind: 'path' | 'file', path: string): RepositoryLocation {
  const repository = kind === 'path' ? path : pathToFileURL(path).href;
  return { kind, repository, slug: repositorySlug(repository), remote: path, transport: 'file' };
}

function pathOf(url: URL, text: string): string {
  try {
    return resolve(fileURLToPath(url));
  } catch (cause) {
    throw failure('InvalidInput', `repository: ${text} must name an absolute path of this machine, as file:///path does`, undefined, cause);
  }
}

function withoutDotGit(path: string): string {
  return basename(path) === '.git' ? dirname(path) : path;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** A URL as it may be shown and logged: user name and password taken out, also from text that is no valid URL. */
export function withoutCredentials(text: string): string {
  return text.replace(/(:\/\/)[^/@\s]*@/g, '$1');
}
