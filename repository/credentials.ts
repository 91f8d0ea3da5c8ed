import type { RepositoryLocation } from './location.ts';

/** The value of an `Authorization` header for a repository's URL, or undefined where none is needed or known. */
export type Credentials = (repositoryUrl: string) => Promise<string | undefined>;

/**
 * Environment that gives git the credentials of one repository, and of no other: in no argument, URL, file or log. Redirects are not
 * followed then, because git would take the header along.
 */
export async function authorizing(location: RepositoryLocation, credentials: Credentials | undefined): Promise<Record<string, string>> {
  if (location.kind !== 'https') return {};
  const value = await credentials?.(location.repository);
  if (value === undefined) return {};
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${location.remote}.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: ${value}`,
    GIT_CONFIG_KEY_1: 'http.followRedirects',
    GIT_CONFIG_VALUE_1: 'false',
  };
}
