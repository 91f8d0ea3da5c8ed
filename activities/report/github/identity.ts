import type { Desk } from './desk.ts';
import { unlessRefused } from './refusal.ts';

/** Who writes. GitHub takes check runs from Apps alone; `login` is undefined for an App that may not ask for its own name. */
export type Identity = { login: string | undefined; app: boolean };

/** Anybody can write a marker into a comment: what counts as ours is also written by us. */
export async function whoAmI({ octokit, app, at: { request } }: Desk): Promise<Identity> {
  if (app) {
    const { data } = await app.rest.apps.getAuthenticated({ request });
    return { login: data?.slug === undefined ? undefined : `${data.slug}[bot]`, app: true };
  }
  // A token that GitHub Actions hands out is an App's and may not ask.
  const user = await unlessRefused([403], () => octokit.rest.users.getAuthenticated({ request }));
  return user ? { login: user.data.login, app: user.data.type === 'Bot' } : { login: undefined, app: true };
}

export function isOurs(identity: Identity, author: { login: string; type: string } | null | undefined): boolean {
  if (identity.login === undefined) return author?.type === 'Bot';
  return author?.login.toLowerCase() === identity.login.toLowerCase();
}
