import type { Credentials } from '../repository/credentials.ts';
import { parseRepository } from '../repository/location.ts';
import { resolveRef } from '../repository/refs.ts';
import { failure } from '../schemas/failures.ts';
import type { PlanFeatureRequest } from '../schemas/buildFeature.ts';

/** Where work is done: a commit of a repository, or, without one, a repository that the run makes. */
export type Ground = { repository?: string; commit?: string; slug: string };

/** Finds what a request's repository and ref mean now, without a server. Fails with `InvalidInput` and the failures of `resolveRef`. */
export async function groundOf(
  asked: Pick<PlanFeatureRequest, 'request' | 'repository' | 'ref' | 'commit'>,
  { credentials }: { credentials?: Credentials } = {},
): Promise<Ground> {
  if (asked.repository === undefined) {
    if (asked.commit === undefined && asked.ref === 'HEAD') return { slug: newSlug(asked.request) };
    throw failure('InvalidInput', `ref: ${asked.commit ?? asked.ref} needs a repository that it is in: name one, or leave ref out`);
  }
  const { repository, slug } = parseRepository(asked.repository);
  const { commit } = await resolveRef({ repository, ref: asked.commit ?? asked.ref, credentials });
  return { repository, commit, slug };
}

const mostWords = 5;
const longestName = 40;

/** `new/buy-when-rsi-14-30`: names a repository that does not exist yet by the first words of what is asked. */
export function newSlug(request: string): string {
  const words = request
    .slice(0, 1000)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  const name = (words ?? []).slice(0, mostWords).join('-').slice(0, longestName).replace(/-+$/, '');
  return `new/${name || 'work'}`;
}
